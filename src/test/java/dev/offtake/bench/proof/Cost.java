package dev.offtake.bench.proof;

/**
 * What a place costs by Rule 7, most important first.
 *
 * @param offPreferred 1 if the gang is not within one cell of the level that it prefers
 * @param bound units of a commitment that it binds beyond those that are bound; 0 where the unit is the GPU
 * @param blocks blocks that it spans
 * @param racks racks that it spans
 * @param nodes nodes that it spans
 * @param broken blocks and racks that were whole and are not any more, and whole nodes that their racks could still
 *     give and cannot any more: of whole nodes beyond what a rack may give none is lost
 */
record Cost(long offPreferred, long bound, long blocks, long racks, long nodes, long broken) {
    static final Cost NONE = new Cost(0, 0, 0, 0, 0, 0);

    Cost plus(Cost other) {
        return new Cost(
                offPreferred + other.offPreferred,
                bound + other.bound,
                blocks + other.blocks,
                racks + other.racks,
                nodes + other.nodes,
                broken + other.broken);
    }
}
