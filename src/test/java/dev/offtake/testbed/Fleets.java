package dev.offtake.testbed;

/**
 * Fleets of GPU nodes as clouds show them, in one line:
 * {@code fleet().racks(4).traysPerRack(18).gpusPerTray(4).vocabulary("nebius")}.
 */
public final class Fleets {
    private Fleets() {}

    /** One block with one rack of 18 trays with 4 GB300 each, labelled by GPU Feature Discovery only. */
    public static FleetSpec fleet() {
        return new FleetSpec();
    }
}
