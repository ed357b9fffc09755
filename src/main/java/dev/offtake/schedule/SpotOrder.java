package dev.offtake.schedule;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/** Who is first of those that wait for what is lent. */
public enum SpotOrder {
    /** Among tenants the one with the fewest lent GPUs per committed one; of one tenant priority, then age (Rule 5). */
    FAIR_SHARE("FairShare"),
    /**
     * Of those that need a node or more the largest, whose tenant ever it is; of equal ones, and of all smaller ones, as
     * above. Of one tenant priority goes before size.
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
     * Who of a tenant goes first.
     *
     * @param node GPUs from which on sizes differ
     */
    Comparator<Turns.Head> ofTenant(int node) {
        Comparator<Turns.Head> byPosition = Comparator.comparing(Turns.Head::position);
        return this == FAIR_SHARE
                ? byPosition
                : Comparator.<Turns.Head>comparingInt(head -> -head.rank().priority())
                        .thenComparingInt(head -> -size(head, node))
                        .thenComparing(byPosition);
    }

    /** What counts before the share of a tenant: the larger the sooner. */
    int weight(Turns.Head head, int node) {
        return this == FAIR_SHARE ? 0 : size(head, node);
    }

    private static int size(Turns.Head head, int node) {
        return head.gpus() >= node ? head.gpus() : 0;
    }
}
