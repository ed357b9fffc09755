package dev.offtake.placement;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Says in numbers why a gang has no place. Runs only after a search has failed, and looks at one cause after the other:
 * what could never work, then the quota, then what else is short, then the shape.
 */
final class Explanation {
    private final Unplaced gang;

    private Explanation(Unplaced gang) {
        this.gang = gang;
    }

    /** @param unlessKept whether it would have a place, were nothing kept for earlier gangs */
    static Refusal of(Unplaced gang, BooleanSupplier unlessKept) {
        Explanation explanation = new Explanation(gang);
        return explanation
                .noPool()
                .or(explanation::matchesNoNode)
                .or(explanation::neverFits)
                .or(() -> new QuotaExplanation(gang, unlessKept).refusal())
                .orElseGet(() -> new ShapeExplanation(gang).refusal());
    }

    private Optional<Refusal> noPool() {
        if (!gang.pools().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Refusal.of(Refusal.Code.NO_POOL_OF_CLASS)
                .with("class", gang.account().gpuClass())
                .with("unit", gang.account().unit())
                .with("resource", gang.gang().resource())
                .build());
    }

    private Optional<Refusal> matchesNoNode() {
        int nodes = gang.pools().stream().mapToInt(PoolState::size).sum();
        for (GangDemand.PodSet podSet : gang.gang().podSets()) {
            boolean none = gang.pools().stream().allMatch(p -> gang.matchesNone(p, podSet));
            if (nodes > 0 && none) {
                return Optional.of(Refusal.of(Refusal.Code.CONSTRAINTS_MATCH_NO_NODE)
                        .with("podSet", podSet.name())
                        .with("nodes", nodes)
                        .with("avoided", gang.gang().avoid().size())
                        .build());
            }
        }
        return gang.pools().stream()
                .filter(PoolState::hasNodes)
                .map(this::matchesNoneOf)
                .reduce((a, b) -> a.isPresent() && b.isPresent() ? a : Optional.empty())
                .flatMap(none -> none);
    }

    /** The first pod set that could go to no node of a pool. */
    private Optional<Refusal> matchesNoneOf(PoolState pool) {
        return gang.gang().podSets().stream()
                .filter(podSet -> gang.matchesNone(pool, podSet))
                .findFirst()
                .map(podSet -> Refusal.of(Refusal.Code.CONSTRAINTS_MATCH_NO_NODE)
                        .with("podSet", podSet.name())
                        .with("nodes", pool.size())
                        .with("avoided", gang.gang().avoid().size())
                        .build());
    }

    /** A pool without nodes is not too small: they may be on their way. */
    private Optional<Refusal> neverFits() {
        List<PoolState> withNodes =
                gang.pools().stream().filter(PoolState::hasNodes).toList();
        for (GangDemand.PodSet podSet : gang.gang().podSets()) {
            long most = 0;
            for (PoolState pool : withNodes) {
                most = Math.max(most, mostInEmpty(pool, podSet));
            }
            if (!withNodes.isEmpty() && most < podSet.count()) {
                Refusal.Builder refusal = Refusal.of(Refusal.Code.NEVER_FITS);
                if (most == 0) {
                    tellOfOnePod(refusal, withNodes, podSet);
                }
                return Optional.of(refusal.with("level", gang.gang().required().orElse("pool"))
                        .with("neededPods", podSet.count())
                        .with(
                                "neededGpus",
                                (long) podSet.count() * podSet.shape().gpus())
                        .with("mostPods", most)
                        .with("mostGpus", most * podSet.shape().gpus())
                        .build());
            }
        }
        long mostGpus = withNodes.stream().mapToLong(this::gpusOfLargest).max().orElse(Long.MAX_VALUE);
        return gang.charge() <= mostGpus
                ? Optional.empty()
                : Optional.of(Refusal.of(Refusal.Code.NEVER_FITS)
                        .with("level", gang.gang().required().orElse("pool"))
                        .with("neededPods", gang.gang().pods())
                        .with("neededGpus", gang.charge())
                        .with("mostGpus", mostGpus)
                        .build());
    }

    /** Of what a single pod asks more than any node has that it may use. */
    private void tellOfOnePod(Refusal.Builder refusal, List<PoolState> pools, GangDemand.PodSet podSet) {
        Map<String, Long> requests = new TreeMap<>(podSet.shape().requests());
        requests.put(gang.gang().resource(), (long) podSet.shape().gpus());
        for (Map.Entry<String, Long> request : requests.entrySet()) {
            long most = 0;
            for (PoolState pool : pools) {
                most = Math.max(most, mostOnANode(pool, podSet, request.getKey()));
            }
            if (most < request.getValue()) {
                refusal.with("resource", request.getKey())
                        .with("neededPerPod", request.getValue())
                        .with("mostOnANode", most);
                return;
            }
        }
    }

    private long mostOnANode(PoolState pool, GangDemand.PodSet podSet, String resource) {
        if (resource.equals(gang.gang().resource())) {
            return pool.levels().gpusPerNode();
        }
        int known = pool.resources().find(resource);
        return known < 0
                ? 0
                : gang.accepted(pool, podSet).stream()
                        .mapToLong(n -> pool.resources().allocatable(n, known))
                        .max()
                        .orElse(0);
    }

    /** The most pods that one cell of the required level could hold, were it empty, healthy and complete. */
    private long mostInEmpty(PoolState pool, GangDemand.PodSet podSet) {
        int depth = gang.requiredDepth(pool);
        Fits fits = gang.fits(pool, podSet, Fits.Reach.EMPTY);
        long ofNode = fits.most(pool.levels().nodeDepth());
        return Math.max(Math.min(podSet.count(), ofNode * pool.levels().sellableNodes(depth)), fits.most(depth));
    }

    /** The GPUs of the largest cell of the required level. */
    private long gpusOfLargest(PoolState pool) {
        int depth = gang.requiredDepth(pool);
        int there = depth == pool.levels().nodeDepth() ? 1 : pool.cells(depth).mostNodes();
        long most = Math.max(pool.levels().sellableNodes(depth), there);
        return most * pool.levels().gpusPerNode();
    }
}
