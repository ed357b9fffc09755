package dev.offtake.schedule;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/** Who is first of those that wait for what is lent. */
public enum SpotOrder {
    /** Among tenants the one with the fewest lent GPUs per committed one; of one tenant priority, then age (Rule 5). */
    FAIR_SHARE("FairShare"),
    /**
     * Of those that need a node or more the largest, whose tenant ever it is; of equal ones, and of all smaller ones, as
     * above. Who was made longer ago than {@link WaitRules#reserveAfter} goes before all, the oldest first. Of one tenant
     * priority goes before all that.
     */
    LARGEST_FIRST("LargestFirst");

    private final String spelled;

    SpotOrder(String spelled) {
        this.spelled = spelled;
    }

    /** As values and options spell it. */
    public String spelled() {
        return spelled;
    }

    /** The one that is spelled so; empty for any other text. */
    public static Optional<SpotOrder> of(String text) {
        return Arrays.stream(values()).filter(o -> o.spelled.equals(text)).findFirst();
    }

    /**
     * What sizes count.
     *
     * @param node GPUs from which on they differ
     * @param overdue whoever was made before this goes before all
     */
    record Sizes(int node, Instant overdue) {
        private int of(Turns.Head head) {
            if (isOverdue(head)) {
                return Integer.MAX_VALUE;
            }
            return head.gpus() >= node ? head.gpus() : 0;
        }

        private boolean isOverdue(Turns.Head head) {
            return head.position().age().createdAt().isBefore(overdue);
        }
    }

    /** Who of a tenant goes first. */
    Comparator<Turns.Head> ofTenant(Sizes sizes) {
        Comparator<Turns.Head> byPosition = Comparator.comparing(Turns.Head::position);
        return this == FAIR_SHARE
                ? byPosition
                : Comparator.<Turns.Head>comparingInt(head -> -head.rank().priority())
                        .thenComparingInt(head -> -sizes.of(head))
                        .thenComparing(byPosition);
    }

    /** What counts before the share of a tenant: the larger the sooner. */
    int weight(Turns.Head head, Sizes sizes) {
        return this == FAIR_SHARE ? 0 : sizes.of(head);
    }

    /** Whether the share of its tenant decides where one stands among those of equal weight. */
    boolean looksAtShare(Turns.Head head, Sizes sizes) {
        return this == FAIR_SHARE || !sizes.isOverdue(head);
    }
}
