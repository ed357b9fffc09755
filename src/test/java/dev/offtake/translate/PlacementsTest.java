package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.Claim;
import dev.offtake.api.Condition;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.contract.CommitmentId;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.Decision;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementsTest {
    private static final Instant SINCE = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant END = Instant.parse("2026-01-03T03:04:05Z");
    private static final List<Decision.Seats> SEATS = List.of(
            new Decision.Seats("workers", Tier.RESERVED, 2, List.of("n2", "n1")),
            new Decision.Seats("workers", Tier.SPOT, 1, List.of("n3"), Optional.of(END.minusSeconds(60))));

    @Test
    void seatsSurviveTheWayToTheRecordAndBack() {
        List<GPUWorkloadStatus.Placement> placement = Placements.record(SEATS);

        assertThat(placement)
                .containsExactly(
                        new GPUWorkloadStatus.Placement(
                                "workers", dev.offtake.api.Tier.RESERVED, 2, List.of("n2", "n1"), null),
                        new GPUWorkloadStatus.Placement(
                                "workers", dev.offtake.api.Tier.SPOT, 1, List.of("n3"), END.minusSeconds(60)));
        assertThat(Placements.seats(status(placement, List.of()))).isEqualTo(SEATS);
    }

    @Test
    void moreRunsThanFitAreJoined() {
        List<Decision.Seats> runs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            runs.add(new Decision.Seats("workers", Tier.RESERVED, 1 + i % 2, List.of("n" + i)));
        }

        List<GPUWorkloadStatus.Placement> placement = Placements.record(runs);

        assertThat(placement).hasSize(2);
        assertThat(placement.get(1).podsPerNode()).isEqualTo(2);
        assertThat(placement.get(1).nodes()).hasSize(50).startsWith("n1", "n3");
    }

    @Test
    void aRecordedGangRunsOnTheAccountThatItWasPlacedOn() {
        Condition placed = new Condition("Placed", Condition.Status.TRUE, 1, SINCE, "Placed", "");

        assertThat(Placements.grant(status(Placements.record(SEATS), List.of(placed))))
                .contains(new Decision.Grant(new CommitmentId("c", "base"), Tier.RESERVED, SINCE, Optional.of(END)));
    }

    @Test
    void aGangWithoutAPlaceHasNoGrant() {
        assertThat(Placements.grant(status(List.of(), List.of()))).isEmpty();
    }

    @Test
    void aClaimSurvivesTheWayToTheAnnotationAndBack() {
        Decision.Grant grant =
                new Decision.Grant(new CommitmentId("c", "base"), Tier.ON_DEMAND, SINCE, Optional.empty());
        String json = Claims.json(Claims.of(grant));

        assertThat(json)
                .isEqualTo("{\"contract\":\"c\",\"commitment\":\"base\",\"tier\":\"OnDemand\",\"since\":\"" + SINCE
                        + "\"}");
        Claim read = Claims.of(claiming(json)).orElseThrow();
        assertThat(Claims.grant(read)).isEqualTo(grant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "{\"contract\":\"c\",\"commitment\":\"b\",\"tier\":\"Gold\"}", "x"})
    void aClaimThatCannotBeReadIsNone(String json) {
        assertThat(Claims.of(claiming(json))).isEmpty();
    }

    @Test
    void aPodThatWasNotReleasedHasNoClaim() {
        assertThat(Claims.of(new PodBuilder().withNewMetadata().endMetadata().build()))
                .isEmpty();
    }

    private static Pod claiming(String json) {
        return new PodBuilder()
                .withNewMetadata()
                .addToAnnotations("offtake.dev/claim", json)
                .endMetadata()
                .build();
    }

    private static GPUWorkloadStatus status(List<GPUWorkloadStatus.Placement> placement, List<Condition> conditions) {
        return new GPUWorkloadStatus(
                1,
                GPUWorkloadStatus.Phase.PLACED,
                4,
                dev.offtake.api.Tier.RESERVED,
                "c",
                "base",
                END,
                null,
                null,
                placement,
                null,
                conditions);
    }
}
