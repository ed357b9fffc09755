package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.CommitmentId;
import dev.offtake.contract.Contract;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Tranche;
import dev.offtake.fleet.Level;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.fleet.ProductKey;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import dev.offtake.placement.Views;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a contract shows: one class h100 with 4 nodes of 8 GPUs. */
class ContractViewsTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");

    private final Scheduler scheduler = new Scheduler();

    ContractViewsTest() {
        scheduler.putPool(new Pool(
                "east",
                "h100",
                List.of(),
                List.of(new ProductKey("product", List.of("h100"))),
                "nvidia.com/gpu",
                8,
                List.of(Level.keyed("rack", List.of("rack"), 2, 0)),
                List.of(),
                List.of()));
        for (int i = 0; i < 4; i++) {
            scheduler.putNode(new NodeFacts(
                    "n" + i,
                    "uid" + i,
                    Map.of("product", "h100", "rack", "r" + i / 2),
                    List.of(),
                    true,
                    false,
                    Map.of(),
                    Map.of("nvidia.com/gpu", 8L, "pods", 100L)));
        }
    }

    private void contract(String name, Commitment... commitments) {
        scheduler.putContract(new Contract(name, name, new Interval(START, END), START, List.of(commitments)));
    }

    private static Commitment nodes(Tranche... tranches) {
        return new Commitment("base", "h100", "node", List.of(tranches), 0);
    }

    private static Tranche tranche(String name, int quantity, String due) {
        return new Tranche(name, quantity, new Interval(Instant.parse(due), END));
    }

    private void pod(String tenant, String uid, int gpus) {
        Shape shape = new Shape(gpus, Map.of("pods", 1L));
        GangId id = GangId.ofPod("ns", uid);
        scheduler.submit(new GangSpec(
                id,
                tenant,
                Optional.empty(),
                List.of(),
                List.of(Tier.RESERVED),
                "nvidia.com/gpu",
                List.of(new GangSpec.PodSet("pods", 1, 1, shape, NodeFilter.ANY, Optional.empty())),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                START,
                Optional.empty()));
        scheduler.pod(new PodFacts(uid, uid, id, "pods", -1, PodFacts.State.GATED, Optional.empty(), "", shape));
    }

    private ContractView view(String contract) {
        scheduler.decide(NOW);
        return ContractViews.of(scheduler, Views.of(scheduler.cluster()), NOW).get(contract);
    }

    @Test
    void tranchesThatAreDueAreFilledInTheOrderOfTheirDates() {
        contract(
                "acme",
                nodes(
                        tranche("later", 2, "2026-03-01T00:00:00Z"),
                        tranche("first", 1, "2026-01-01T00:00:00Z"),
                        tranche("future", 1, "2026-09-01T00:00:00Z")));
        pod("acme", "a", 8);
        pod("acme", "b", 6);
        List<ContractView.TrancheView> tranches = view("acme").tranches();
        assertThat(tranches).extracting(t -> t.tranche().name()).containsExactly("later", "first", "future");
        assertThat(tranches).extracting(ContractView.TrancheView::entitled).containsExactly(2, 1, 0);
        assertThat(tranches).extracting(ContractView.TrancheView::claimed).containsExactly(1, 1, 0);
        assertThat(tranches).extracting(ContractView.TrancheView::bound).containsExactly(1, 0, 0);
        assertThat(tranches).extracting(ContractView.TrancheView::boundIdleGpus).containsExactly(2, 0, 0);
        assertThat(view("acme").gpus()).isEqualTo(new ContractView.Gpus(24, 24, 14, 0, 0, 0));
    }

    @Test
    void workThatWaitsCountsForTheCommitmentThatItWouldDrawOn() {
        contract("acme", nodes(tranche("all", 1, "2026-01-01T00:00:00Z")));
        pod("acme", "a", 8);
        pod("acme", "b", 8);
        assertThat(view("acme").gpus()).isEqualTo(new ContractView.Gpus(8, 8, 8, 0, 8, 0));
        assertThat(view("acme").shortages()).isEmpty();
    }

    @Test
    void whatIsOwedAndCannotBeHadIsAShortageWithTheWorkThatWaitsForIt() {
        contract("acme", nodes(tranche("all", 5, "2026-01-01T00:00:00Z")));
        for (int i = 0; i < 5; i++) {
            pod("acme", "p" + i, 8);
        }
        assertThat(view("acme").shortages())
                .containsExactly(new ContractView.Shortage(new CommitmentId("acme", "base"), "h100", "node", 5, 4, 8));
    }

    @Test
    void aContractOutsideOfItsTermIsOwedNothing() {
        scheduler.putContract(new Contract(
                "acme",
                "acme",
                new Interval(NOW.plusSeconds(60), END),
                START,
                List.of(nodes(tranche("all", 1, "2026-07-01T00:00:00Z")))));
        ContractView view = view("acme");
        assertThat(view.gpus()).isEqualTo(new ContractView.Gpus(0, 0, 0, 0, 0, 0));
        assertThat(view.shortages()).isEmpty();
        assertThat(view.tranches())
                .extracting(ContractView.TrancheView::entitled)
                .containsExactly(0);
    }
}
