package dev.offtake.cli;

import dev.offtake.schedule.SpotOrder;
import dev.offtake.schedule.WaitRules;
import java.time.Duration;
import picocli.CommandLine.Option;

/** For how long work waits for something better or lets others pass, and who borrows first. */
class WaitArgs {
    private static final Duration LONGEST_PATIENCE = Duration.ofDays(30);

    @Option(
            names = "--reserve-after",
            paramLabel = "<duration>",
            defaultValue = "168h",
            description = {
                "How long later gangs of an account pass one that waits for its quota and of which no declared end tells"
                        + " when it starts; from then on all that is free is kept for it. 0s keeps the order strictly."
                        + " Default: ${DEFAULT-VALUE}.",
                "Environment: OFFTAKE_RESERVE_AFTER"
            })
    private Duration reserveAfter = Duration.ZERO;

    @Option(
            names = "--spot-patience",
            paramLabel = "<duration>",
            defaultValue = "4h",
            description = {
                "For how long a gang that prefers a level (offtake.dev/topology) waits for a compact place rather than"
                        + " borrow idle GPUs in many cells; 0s for not at all. Default: ${DEFAULT-VALUE}.",
                "Environment: OFFTAKE_SPOT_PATIENCE"
            })
    private Duration spotPatience = Duration.ZERO;

    @Option(
            names = "--spot-order",
            paramLabel = "<order>",
            defaultValue = "FairShare",
            converter = SpotOrderConverter.class,
            description = {
                "Who borrows idle GPUs first: FairShare, the tenant with the fewest lent GPUs per committed one; or"
                        + " LargestFirst, the largest gang of those that need a node or more, whose ever it is."
                        + " Default: ${DEFAULT-VALUE}.",
                "Environment: OFFTAKE_SPOT_ORDER"
            })
    private SpotOrder spotOrder = SpotOrder.FAIR_SHARE;

    /** @throws IllegalArgumentException if a value is out of range; the message names the option */
    WaitRules rules() {
        if (reserveAfter.isNegative()) {
            throw new IllegalArgumentException("--reserve-after: must not be negative; use for example 168h");
        }
        if (spotPatience.isNegative() || spotPatience.compareTo(LONGEST_PATIENCE) > 0) {
            throw new IllegalArgumentException(
                    "--spot-patience: must be 0s to " + LONGEST_PATIENCE.toHours() + "h; use for example 4h");
        }
        return new WaitRules(reserveAfter, spotPatience, spotOrder);
    }
}
