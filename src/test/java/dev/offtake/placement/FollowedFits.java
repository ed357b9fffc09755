package dev.offtake.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What fits, with a check of each node that is said to come next without counting: it is what a count of everything says. */
final class FollowedFits extends DelegatingFits {
    private final Supplier<Fits> plain;
    private final Tally tally;

    /** How often counts were asked for, and how many nodes were known to come next without that. */
    static final class Tally {
        private int asked;
        private int followed;

        int asked() {
            return asked;
        }

        int followed() {
            return followed;
        }
    }

    private FollowedFits(Fits fits, Supplier<Fits> plain, Tally tally) {
        super(fits);
        this.plain = plain;
        this.tally = tally;
    }

    /** As a pool keeps it. */
    private static Source source(PoolState pool, Tally tally) {
        return (right, reach, podSet, accepted, avoid, spared) -> {
            tally.asked++;
            return new FollowedFits(
                    pool.fits().fits(right, reach, podSet, accepted, avoid, spared),
                    () -> new PlainFits(pool, right, reach, podSet, accepted, avoid, spared),
                    tally);
        };
    }

    /** Seeks a place for a gang; what is found is taken back. */
    static Tally of(PlacementWorld world, GangDemand gang, Claimant claimant) {
        Tally tally = new Tally();
        Placer placer = new Placer(world.cluster, pool -> source(pool, tally), true);
        if (placer.place(gang, claimant, 0) instanceof Outcome.Placed placed) {
            placer.takeBack(gang, placed);
        }
        return tally;
    }

    @Override
    public Cells tightestFirst(int depth, @Nullable Domain within, int pods) {
        Cells cells = super.tightestFirst(depth, within, pods);
        return new Cells() {
            @Override
            public int next() {
                return cells.next();
            }

            @Override
            public int nextOnceFull() {
                int next = cells.nextOnceFull();
                if (next >= 0) {
                    tally.followed++;
                    assertThat(plain.get().tightestFirst(depth, within, pods).next())
                            .as("at %d in %s", depth, within)
                            .isEqualTo(next);
                }
                return next;
            }
        };
    }
}
