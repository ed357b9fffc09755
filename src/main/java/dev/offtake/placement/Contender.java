package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A place that was found for a gang and taken back, to be compared with others of it: in other pools of the same account,
 * or on other accounts of its tenant.
 */
final class Contender {
    private final AcrossPools.Found found;
    private final List<Trial.Use> uses;
    private final double lost;
    /** Compared where as much is lost, the most important first: GPUs of the units that are bound anew. */
    private final long[] parts;

    private Contender(AcrossPools.Found found, List<Trial.Use> uses, double lost, long[] parts) {
        this.found = found;
        this.uses = uses;
        this.lost = lost;
        this.parts = parts;
    }

    /** Levels above the node that all of these pools have, the outermost first. */
    static List<String> commonLevels(List<Where> wheres) {
        LevelTable first = wheres.get(0).pool().levels();
        List<String> common = new ArrayList<>();
        for (int d = 1; d < first.nodeDepth(); d++) {
            String level = first.depthName(d);
            if (wheres.stream().allMatch(where -> where.pool().levels().depth(level) >= 0)) {
                common.add(level);
            }
        }
        return common;
    }

    /**
     * Takes back a place that is in the state.
     *
     * @param levels that count, the same for all that are compared
     */
    static Contender takeBack(GangDemand gang, List<String> levels, AcrossPools.Found found) {
        PoolState pool = found.where().pool();
        Trial trial = found.trial();
        List<Trial.Use> uses = trial.uses();
        int charged = 0;
        int left = 0;
        for (Trial.Use use : uses) {
            charged += pool.charge(use.node(), use.shape()) * use.pods();
        }
        for (int n : uses.stream().mapToInt(Trial.Use::node).distinct().toArray()) {
            left += trial.right().isLent() ? pool.room().idle(n) : pool.room().open(n);
        }
        PlaceCost.Value cost = new PlaceCost(pool, trial.right()).takeBack(trial, 0);
        int unit = pool.levels().gpus(pool.unitRow(trial.right().owner()));
        long[] parts = new long[levels.size() + 7];
        int at = 0;
        parts[at++] = (long) cost.bound() * unit;
        int broken = cost.broken(pool.levels().nodeDepth());
        for (String level : levels) {
            parts[at++] = cost.cells(pool.levels().depth(level));
            broken += cost.broken(pool.levels().depth(level));
        }
        parts[at++] = cost.cells(pool.levels().nodeDepth());
        parts[at++] = broken;
        parts[at++] = charged;
        parts[at++] = left;
        parts[at++] = trial.right().breakable(pool, 0).avail(0, pool.levels().gpuRow());
        // What is left of a larger unit has room for larger shapes.
        parts[at] = unit;
        return new Contender(found, uses, lost(gang, found, cost), parts);
    }

    private static double lost(GangDemand gang, AcrossPools.Found found, PlaceCost.Value cost) {
        PoolState pool = found.where().pool();
        int preferred = gang.preferred().map(pool.levels()::depthHolding).orElse(0);
        boolean isPreferred = preferred == 0 || (preferred > 0 && cost.cells(preferred) == 1);
        double lost = isPreferred ? 0 : Reclaim.LEAVE_PREFERRED * gang.gpus();
        for (Evictables.Victim victim : found.victims()) {
            lost += victim.cost();
        }
        return lost;
    }

    /** Whether nobody has to go for it. */
    boolean isIdle() {
        return found.victims().isEmpty();
    }

    /** Whether it is the better one for an account that has both, in different pools. */
    boolean isBetterInPoolThan(Contender other) {
        if (found.trial().right().reclaims() && parts[0] != other.parts[0]) {
            // Or a commitment would take more cells than it needs, as one of its own is lent to dearer work.
            return parts[0] < other.parts[0];
        }
        return isLessThan(other);
    }

    /** Whether it is the better one for a tenant who has both, on different accounts. */
    boolean isBetterOnAccountThan(Contender other) {
        return isIdle() == other.isIdle() ? isLessThan(other) : isIdle();
    }

    private boolean isLessThan(Contender other) {
        return lost != other.lost ? lost < other.lost : Arrays.compare(parts, other.parts) < 0;
    }

    /** Puts the place into the state again. */
    AcrossPools.Found restore() {
        uses.forEach(found.trial()::apply);
        return found;
    }
}
