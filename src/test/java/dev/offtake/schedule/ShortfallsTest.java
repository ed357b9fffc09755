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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which demand that waits stands within a commitment: four nodes of eight GPUs in two racks. */
class ShortfallsTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Interval TERM =
            new Interval(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z"));

    private final Scheduler scheduler = new Scheduler();

    @BeforeEach
    void fourNodes() {
        pool();
        for (int i = 0; i < 4; i++) {
            node(i, true);
        }
    }

    private void pool() {
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
    }

    private void node(int i, boolean ready) {
        scheduler.putNode(new NodeFacts(
                "n" + i,
                "uid" + i,
                Map.of("product", "h100", "rack", "r" + i / 2),
                List.of(),
                ready,
                false,
                Map.of(),
                Map.of("nvidia.com/gpu", 8L, "pods", 100L)));
    }

    private void contract(String name, String tenant, int nodes) {
        scheduler.putContract(new Contract(
                name,
                tenant,
                TERM,
                TERM.start(),
                List.of(new Commitment("base", "h100", "node", List.of(new Tranche("all", nodes, TERM)), 0))));
    }

    private void gang(String name, String tenant, int count, Optional<String> level) {
        Shape shape = new Shape(8, Map.of("pods", 1L));
        GangId id = new GangId("ns", name);
        scheduler.submit(new GangSpec(
                id,
                tenant,
                Optional.empty(),
                List.of(),
                List.of(Tier.RESERVED),
                "nvidia.com/gpu",
                List.of(new GangSpec.PodSet("workers", count, count, shape, NodeFilter.ANY, Optional.empty())),
                level,
                Optional.empty(),
                Optional.empty(),
                0,
                TERM.start(),
                Optional.empty()));
        for (int i = 0; i < count; i++) {
            String uid = name + i;
            scheduler.pod(new PodFacts(uid, uid, id, "workers", i, PodFacts.State.GATED, Optional.empty(), "", shape));
        }
    }

    private List<Unserved> unserved() {
        scheduler.decide(NOW);
        return ContractViews.standing(scheduler, Views.of(scheduler.cluster()), NOW)
                .unserved();
    }

    @Test
    void whatExceedsTheCommitmentIsNoShortfall() {
        contract("acme", "acme", 1);
        gang("a", "acme", 1, Optional.empty());
        gang("b", "acme", 1, Optional.empty());
        assertThat(unserved()).isEmpty();
    }

    @Test
    void whatIsCommittedAndNotThereIsOne() {
        node(1, false);
        node(2, false);
        node(3, false);
        contract("acme", "acme", 2);
        gang("a", "acme", 1, Optional.empty());
        gang("b", "acme", 1, Optional.empty());
        gang("c", "acme", 1, Optional.empty());
        assertThat(unserved()).singleElement().satisfies(demand -> {
            assertThat(demand.commitment()).isEqualTo(new CommitmentId("acme", "base"));
            assertThat(demand.gpus()).isEqualTo(8);
            assertThat(demand.supplyShort()).isTrue();
        });
    }

    @Test
    void aShapeAboveTheUnitIsBestEffort() {
        contract("other", "other", 2);
        contract("acme", "acme", 2);
        gang("x", "other", 1, Optional.of("rack"));
        unserved();
        node(3, false);
        node(3, true);
        gang("y", "other", 1, Optional.empty());
        gang("b", "acme", 2, Optional.of("rack"));
        List<Unserved> whileARackIsThere = unserved();
        assertThat(whileARackIsThere).isEmpty();
    }

    @Test
    void theShortfallOfASecondContractIsSeenBehindTheFullFirstOne() {
        node(2, false);
        node(3, false);
        contract("a-first", "acme", 1);
        contract("b-second", "acme", 3);
        gang("one", "acme", 1, Optional.empty());
        gang("two", "acme", 1, Optional.empty());
        gang("three", "acme", 1, Optional.empty());
        assertThat(unserved())
                .singleElement()
                .extracting(Unserved::commitment)
                .isEqualTo(new CommitmentId("b-second", "base"));
    }

    @Test
    void aGangThatIsTooLargeForWhatIsLeftOfThePoolIsOne() {
        contract("acme", "acme", 4);
        scheduler.removeNode("n2");
        scheduler.removeNode("n3");
        scheduler.removeNode("n1");
        gang("all", "acme", 3, Optional.empty());
        assertThat(unserved()).singleElement().extracting(Unserved::gpus).isEqualTo(24);
    }

    @Test
    void withoutAPoolEverythingThatIsCommittedIsOne() {
        contract("acme", "acme", 1);
        scheduler.removePool("east");
        gang("a", "acme", 1, Optional.empty());
        assertThat(unserved()).singleElement().extracting(Unserved::code).isEqualTo(Reason.Code.NO_POOL_OF_CLASS);
    }

    @Test
    void aTenantWithoutAContractIsOwedNothing() {
        gang("a", "acme", 1, Optional.empty());
        assertThat(unserved()).isEmpty();
    }
}
