package dev.offtake.schedule;

import dev.offtake.contract.CommitmentId;
import java.time.Instant;
import java.util.List;

/**
 * What would have to be moved so that a gang that waits for whole cells has its place.
 *
 * @param claimant the gang that waits
 * @param reason why it waits
 * @param gpus that it would get
 * @param pool in which
 * @param nodes that it would get
 * @param since when it was first found to wait for that
 * @param moves which gangs go where, in the order in which they would have their places
 * @param evicted gangs that run as Spot and would have to go as well
 * @param lostGpuSeconds all work that would be lost by it
 */
public record MoveProposal(
        GangId claimant,
        CommitmentId commitment,
        Reason.Code reason,
        int gpus,
        String pool,
        List<String> nodes,
        Instant since,
        List<Move> moves,
        int evicted,
        long lostGpuSeconds) {
    public MoveProposal {
        nodes = List.copyOf(nodes);
        moves = List.copyOf(moves);
    }

    /**
     * One gang.
     *
     * @param allowed whether its commitment lets it be moved
     * @param from its nodes
     * @param to other ones that it could have
     */
    public record Move(
            GangId gang,
            CommitmentId commitment,
            boolean allowed,
            int gpus,
            List<String> from,
            List<String> to,
            long lostGpuSeconds) {
        public Move {
            from = List.copyOf(from);
            to = List.copyOf(to);
        }
    }

    /** Whether every commitment lets it be done. */
    public boolean isAllowed() {
        return moves.stream().allMatch(Move::allowed);
    }

    /** Whether the other proposes the same, whatever is lost by it meanwhile. */
    boolean isLike(MoveProposal other) {
        return claimant.equals(other.claimant)
                && nodes.equals(other.nodes)
                && evicted == other.evicted
                && moves.size() == other.moves.size()
                && moves.stream()
                        .allMatch(move -> other.moves.stream()
                                .anyMatch(o -> o.gang().equals(move.gang())
                                        && o.to().equals(move.to())
                                        && o.allowed() == move.allowed()));
    }
}
