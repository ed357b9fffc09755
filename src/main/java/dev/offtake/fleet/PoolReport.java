package dev.offtake.fleet;

import java.util.List;

/**
 * What there is of a pool now. Lists are sorted and hold at most ten entries; the counts are complete.
 *
 * @param matched nodes that belong to the pool; each is in exactly one of the health counts that follow
 * @param disputed nodes that this pool and another one claim, whichever of them has it
 * @param unknownTopology nodes that lack a cell at some level
 * @param sellableGpus GPUs of the nodes that take work, without those of free spares
 * @param impliedLevels levels that no node has a label for, see {@link NodeState#IMPLIED}
 * @param unknownNodes names of nodes that lack a cell
 * @param surplusNodes nodes that have more GPUs than the pool sells of a node
 * @param namesOfSurplus names of these
 * @param conflictCount cells that lie in more than one cell of the level above
 */
public record PoolReport(
        String pool,
        int matched,
        int usable,
        int degraded,
        int unhealthy,
        int cordoned,
        int notReady,
        int disputed,
        int unknownTopology,
        long sellableGpus,
        List<String> impliedLevels,
        List<String> unknownNodes,
        List<Dispute> disputes,
        int surplusNodes,
        List<String> namesOfSurplus,
        int conflictCount,
        List<TreeConflict> conflicts) {

    /**
     * A node that another pool claims as well.
     *
     * @param otherPool the pool that has it, or if this one has it, the first other claimant by name
     */
    public record Dispute(String node, String otherPool) {}

    /**
     * A cell that lies in more than one cell of the level above.
     *
     * @param exampleNodes one node of each of {@code parents}, in their order
     */
    public record TreeConflict(
            String level, String cell, String parentLevel, List<String> parents, List<String> exampleNodes) {
        public TreeConflict {
            parents = List.copyOf(parents);
            exampleNodes = List.copyOf(exampleNodes);
        }

        /** The conflict in words, with the fix. */
        public String message() {
            return level + " " + cell + " has nodes in more than one " + parentLevel + ": "
                    + String.join(", ", parents) + " (nodes " + String.join(", ", exampleNodes)
                    + "); give all nodes of the " + level + " the same " + parentLevel
                    + " label, or name keys in spec.topology whose values form a tree";
        }
    }

    public PoolReport {
        impliedLevels = List.copyOf(impliedLevels);
        unknownNodes = List.copyOf(unknownNodes);
        disputes = List.copyOf(disputes);
        namesOfSurplus = List.copyOf(namesOfSurplus);
        conflicts = List.copyOf(conflicts);
    }
}
