package dev.offtake.schedule;

import dev.offtake.placement.Refusal;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Why a gang waits: a fixed code and its numbers.
 *
 * @param numbers in the order in which they are told
 */
public record Reason(Code code, Map<String, String> numbers) {
    /** The codes, spelled as in conditions and events by {@link #spelled}. */
    public enum Code {
        NO_ACTIVE_CONTRACT("NoActiveContract"),
        QUOTA_REACHED("QuotaReached"),
        BEHIND_IN_QUEUE("BehindInQueue"),
        OWN_FRAGMENTATION("OwnFragmentation"),
        INSUFFICIENT_GPUS("InsufficientGpus"),
        INSUFFICIENT_WHOLE_CELLS("InsufficientWholeCells"),
        INSUFFICIENT_RESOURCES("InsufficientResources"),
        CONSTRAINTS_MATCH_NO_NODE("ConstraintsMatchNoNode"),
        NEVER_FITS("NeverFits"),
        NOT_COMPACT("NotCompact"),
        NO_POOL_OF_CLASS("NoPoolOfClass"),
        PODS_NOT_CREATED("PodsNotCreated"),
        OTHER_GATES("OtherGates"),
        SEATS_TAKEN("SeatsTaken"),
        INVALID("Invalid"),
        REFUSED_BY_SCHEDULER("RefusedByScheduler"),
        RECLAIMING("Reclaiming"),
        RECLAIMED("Reclaimed"),
        NODES_LOST("NodesLost");

        private final String spelled;

        Code(String spelled) {
            this.spelled = spelled;
        }

        /** CamelCase, as Kubernetes writes reasons. */
        public String spelled() {
            return spelled;
        }
    }

    public Reason {
        if (!(numbers instanceof OneMore)) {
            numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
        }
    }

    /** Number of a gang that would be lent a place already, were it not to be compact until then. */
    public static final String COMPACT_UNTIL = "compactUntil";

    /** Number of a gang that would do other than it does if single pods of it could be taken back. */
    public static final String SPARES_PODS = "sparesPods";

    /** Number of a gang that goes for one of this higher priority on the same commitment. */
    public static final String PRIORITY = "priority";

    /** Number of a gang that runs already, and waits for seats beside those that it has. */
    public static final String RUNS = "runs";

    /** Number of a gang that does not come back when it is taken back. */
    public static final String MADE_ANEW = "madeAnew";

    /** Number of a gang that is taken back to be placed elsewhere. */
    public static final String MOVED = "moved";

    /** Number of a gang that leaves GPUs to another sub-tenant of its contract, which has less of its share. */
    public static final String SUB_TENANT = "subTenant";

    /** Number of a gang that waits for others to go: when they have to be gone. */
    public static final String DEADLINE = "deadline";

    /** The same with another number. */
    Reason with(String name, String value) {
        return add(name, value);
    }

    /** The same with another number, an instant. */
    Reason with(String name, Instant value) {
        return add(name, value);
    }

    private Reason add(String name, Object value) {
        if (!numbers.containsKey(name)) {
            return new Reason(code, new OneMore(numbers, name, value));
        }
        Map<String, String> changed = new LinkedHashMap<>(numbers);
        changed.put(name, value.toString());
        return new Reason(code, changed);
    }

    /** A reason with pairs of names and values. */
    public static Reason of(Code code, String... pairs) {
        Map<String, String> numbers = new LinkedHashMap<>();
        for (int i = 0; i + 1 < pairs.length; i += 2) {
            numbers.put(pairs[i], pairs[i + 1]);
        }
        return new Reason(code, numbers);
    }

    /** Why work has to go: how much the gang needs that it goes for, and by which tier. */
    public static Reason reclaimed(int gpus, Tier tier) {
        return of(
                Code.RECLAIMED, "gpus", String.valueOf(gpus), "tier", tier == Tier.RESERVED ? "Reserved" : "OnDemand");
    }

    /** Why a gang has to go that does not come back. */
    public Reason notMadeAnew() {
        return with(MADE_ANEW, "false");
    }

    static Reason of(Refusal refusal) {
        return new Reason(Code.valueOf(refusal.code().name()), refusal.numbers());
    }
}
