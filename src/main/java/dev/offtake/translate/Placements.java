package dev.offtake.translate;

import dev.offtake.api.Condition;
import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.Tier;
import dev.offtake.contract.CommitmentId;
import dev.offtake.schedule.Decision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Seats and grants as the record in the status of a {@link GPUWorkload}, and back. */
public final class Placements {
    /** As many entries as the record may have. */
    private static final int MOST_ENTRIES = 64;

    private record Kind(String podSet, dev.offtake.placement.Tier tier, int podsPerNode) {}

    private Placements() {}

    /** The record of seats. Runs are joined where there are more than fit; the nodes are the same, in another order. */
    public static List<GPUWorkloadStatus.Placement> record(List<Decision.Seats> seats) {
        return (seats.size() <= MOST_ENTRIES ? seats : joined(seats))
                .stream()
                        .map(run -> new GPUWorkloadStatus.Placement(
                                run.podSet(),
                                Tiers.api(run.tier()),
                                run.podsPerNode(),
                                run.nodes(),
                                run.since().orElse(null)))
                        .toList();
    }

    private static List<Decision.Seats> joined(List<Decision.Seats> seats) {
        Map<Kind, List<String>> nodes = new LinkedHashMap<>();
        Map<Kind, Instant> since = new HashMap<>();
        for (Decision.Seats run : seats) {
            Kind kind = new Kind(run.podSet(), run.tier(), run.podsPerNode());
            nodes.computeIfAbsent(kind, k -> new ArrayList<>()).addAll(run.nodes());
            // The last that came decides how long they are protected.
            run.since().ifPresent(at -> since.merge(kind, at, (a, b) -> a.isAfter(b) ? a : b));
        }
        return nodes.entrySet().stream()
                .map(e -> new Decision.Seats(
                        e.getKey().podSet(),
                        e.getKey().tier(),
                        e.getKey().podsPerNode(),
                        e.getValue(),
                        Optional.ofNullable(since.get(e.getKey()))))
                .toList();
    }

    /** The seats of a record; empty for a gang that has none. */
    public static List<Decision.Seats> seats(GPUWorkloadStatus status) {
        return status.placement().stream()
                .map(entry -> new Decision.Seats(
                        entry.podSet(),
                        Tiers.core(entry.tier()),
                        entry.podsPerNode(),
                        entry.nodes(),
                        Optional.ofNullable(entry.since())))
                .toList();
    }

    /**
     * On whose account a recorded gang runs; empty for one without a place. It runs since its condition {@code Placed}
     * became true; one that has not begun since it became false at the latest.
     */
    public static Optional<Decision.Grant> grant(GPUWorkloadStatus status) {
        @Nullable String contract = status.contract();
        @Nullable String commitment = status.commitment();
        @Nullable Tier tier = status.tier();
        if (contract == null
                || commitment == null
                || tier == null
                || status.placement().isEmpty()) {
            return Optional.empty();
        }
        Instant since = status.conditions().stream()
                .filter(c -> c.type().equals(GPUWorkload.PLACED)
                        && (c.status() == Condition.Status.TRUE || status.plan() != null))
                .map(Condition::lastTransitionTime)
                .findFirst()
                .orElse(Instant.EPOCH);
        return Optional.of(new Decision.Grant(
                new CommitmentId(contract, commitment),
                Tiers.core(tier),
                since,
                Optional.ofNullable(status.declaredEnd())));
    }
}
