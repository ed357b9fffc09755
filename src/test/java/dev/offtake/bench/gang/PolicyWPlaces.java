package dev.offtake.bench.gang;

import org.jspecify.annotations.Nullable;

/** Where policy W puts a job: the cheapest place by its prices, in seconds of a GPU. */
final class PolicyWPlaces {
    private final Instance instance;
    private final GangState state;

    /**
     * Who asks.
     *
     * @param claim how much it costs to take nodes without in-quota work that in-quota work may want whole, 0 to 1
     * @param racks that it may span, at least 1
     * @param outermost the level of which one cell has to hold it
     */
    record Ask(Instance.Job job, double claim, int racks, int outermost) {
        static Ask inQuota(Instance.Job job) {
            return new Ask(job, 1, Integer.MAX_VALUE, job.required());
        }

        static Ask borrowed(Instance.Job job, int racks, int outermost) {
            return new Ask(job, job.guaranteed() ? 0.5 : 0, racks, outermost);
        }
    }

    PolicyWPlaces(Instance instance, GangState state) {
        this.instance = instance;
        this.state = state;
    }

    PlaceRule.@Nullable Place free(Ask ask) {
        return cheapest(ask, null);
    }

    PlaceRule.@Nullable Place reclaimed(Ask ask, EvictionCost losses) {
        return cheapest(ask, losses);
    }

    private PlaceRule.@Nullable Place cheapest(Ask ask, @Nullable EvictionCost losses) {
        PolicyWPrices prices = new PolicyWPrices(instance, state, losses);
        return ask.job().isWholeNodes()
                ? new PolicyWNodes(state, prices, ask).cheapest()
                : new PolicyWNode(state, prices, ask).cheapest();
    }
}
