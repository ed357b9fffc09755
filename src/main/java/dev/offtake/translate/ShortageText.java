package dev.offtake.translate;

import dev.offtake.schedule.ContractView;

/** A commitment that cannot be kept, in words. */
public final class ShortageText {
    private ShortageText() {}

    /** What can be had of what was promised; when is for whoever tells it. */
    public static String of(ContractView.Shortage s) {
        return "commitment " + s.commitment().commitment() + " can have " + s.entitled() + " of " + s.committed()
                + " committed cells of unit " + s.unit() + " of class " + s.gpuClass();
    }
}
