package dev.offtake.cli;

import dev.offtake.schedule.SpotOrder;
import dev.offtake.schedule.WaitRules;
import java.time.Duration;

/** For how long work waits for something better or lets others pass, who borrows first, and when a gang starts over. */
class WaitArgs extends OptionGroup {
    private static final Duration LONGEST_PATIENCE = Duration.ofDays(30);

    private final Option<Duration> reserveAfter = option(
            Duration.class,
            "--reserve-after",
            "<duration>",
            "168h",
            "How long later gangs of an account pass one that waits for its quota and of which no declared"
                    + " end tells when it starts; from then on all that is free is kept for it; and"
                    + " how long one waits for what is lent before nodes are kept for it. 0s keeps"
                    + " the order strictly. Default: ${DEFAULT-VALUE}.");

    private final Option<Duration> spotPatience = option(
            Duration.class,
            "--spot-patience",
            "<duration>",
            "4h",
            "For how long a gang that prefers a level (offtake.dev/topology-preferred) waits for a compact place"
                    + " rather than borrow idle GPUs in many cells; 0s for not at all."
                    + " Default: ${DEFAULT-VALUE}.");

    private final Option<SpotOrder> spotOrder = option(
            SpotOrder.class,
            "--spot-order",
            "<order>",
            "FairShare",
            "Who borrows idle GPUs first: FairShare, the tenant with the fewest lent GPUs per committed"
                    + " one; or LargestFirst, the largest gang of those that need a node or more, whose"
                    + " ever it is. Default: ${DEFAULT-VALUE}.");

    private final Option<Duration> startOverAfter = option(
            Duration.class,
            "--start-over-after",
            "<duration>",
            "5m",
            "How long a gang that has lost nodes, and for which there are no others beside the rest, waits for"
                    + " them before it is stopped and started as a whole elsewhere, if there is a place for it;"
                    + " 0s for ever."
                    + " Default: ${DEFAULT-VALUE}.");

    /** @throws IllegalArgumentException if a value is out of range; the message names the option */
    WaitRules rules() {
        Duration reserve = reserveAfter.value();
        Duration patience = spotPatience.value();
        if (reserve.isNegative()) {
            throw new IllegalArgumentException("--reserve-after: must not be negative; use for example 168h");
        }
        if (patience.isNegative() || patience.compareTo(LONGEST_PATIENCE) > 0) {
            throw new IllegalArgumentException(
                    "--spot-patience: must be 0s to " + LONGEST_PATIENCE.toHours() + "h; use for example 4h");
        }
        Duration startOver = startOverAfter.value();
        if (startOver.isNegative()) {
            throw new IllegalArgumentException("--start-over-after: must not be negative; use for example 5m");
        }
        return new WaitRules(reserve, patience, spotOrder.value(), startOver);
    }
}
