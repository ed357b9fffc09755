package dev.offtake.placement;

import java.util.BitSet;
import java.util.List;

/**
 * On which nodes of one pool a place of a gang is sought.
 *
 * @param source of the counts
 * @param accepted by each pod set, by their selectors, affinities and tolerations
 * @param avoid nodes that the gang is to avoid
 * @param spared rows in whose whole cells nothing is sought, but in those of the owner's own unit and below
 */
record Seek(Fits.Source source, List<BitSet> accepted, BitSet avoid, BitSet spared) {
    /** What fits of one of the pod sets, or of a part of it, as things stand. */
    Fits fits(Right right, Fits.Reach reach, int i, GangDemand.PodSet podSet) {
        return source.fits(right, reach, podSet, accepted.get(i), avoid, spared);
    }

    Seek avoiding(BitSet nodes) {
        BitSet all = (BitSet) avoid.clone();
        all.or(nodes);
        return new Seek(source, accepted, all, spared);
    }

    Seek sparing(BitSet rows) {
        return new Seek(source, accepted, avoid, rows);
    }
}
