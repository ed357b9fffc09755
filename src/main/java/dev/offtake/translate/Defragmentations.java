package dev.offtake.translate;

import dev.offtake.api.GPUPoolStatus;
import dev.offtake.api.TenantContractSpec;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.MoveProposal;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** Proposed moves as the status of a GPUPool tells them. */
public final class Defragmentations {
    private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3600);

    private Defragmentations() {}

    public static GPUPoolStatus.Defragmentation of(MoveProposal proposal) {
        return new GPUPoolStatus.Defragmentation(
                name(proposal.claimant()),
                proposal.commitment().contract(),
                proposal.commitment().commitment(),
                proposal.reason().spelled(),
                proposal.gpus(),
                some(proposal.nodes()),
                proposal.since(),
                proposal.moves().size(),
                proposal.moves().stream()
                        .limit(GPUPoolStatus.Defragmentation.MOST_MOVES)
                        .map(Defragmentations::move)
                        .toList(),
                proposal.evicted(),
                gpuHours(proposal.lostGpuSeconds()));
    }

    private static GPUPoolStatus.Move move(MoveProposal.Move move) {
        return new GPUPoolStatus.Move(
                name(move.gang()),
                move.commitment().contract(),
                move.commitment().commitment(),
                move.allowed() ? TenantContractSpec.Moves.WITH_NOTICE : TenantContractSpec.Moves.NEVER,
                move.gpus(),
                some(move.from()),
                some(move.to()),
                gpuHours(move.lostGpuSeconds()));
    }

    private static String name(GangId gang) {
        return gang.namespace() + "/" + gang.record();
    }

    private static List<String> some(List<String> nodes) {
        return nodes.stream().limit(GPUPoolStatus.Defragmentation.MOST_NODES).toList();
    }

    private static String gpuHours(long gpuSeconds) {
        return BigDecimal.valueOf(gpuSeconds)
                .divide(SECONDS_PER_HOUR, 1, RoundingMode.HALF_UP)
                .toPlainString();
    }
}
