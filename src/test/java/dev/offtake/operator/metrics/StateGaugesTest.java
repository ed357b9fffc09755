package dev.offtake.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
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
import dev.offtake.schedule.ContractViews;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.PodFacts;
import dev.offtake.schedule.Scheduler;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a scrape has of a state: pool east with two racks of two nodes of eight h100, of which one node is a spare. */
class StateGaugesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final String ACME = "{class=\"h100\",commitment=\"base\",contract=\"acme.2026\",tenant=\"acme\"";
    private static final String EAST = "{class=\"h100\",pool=\"east\"";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Scheduler scheduler = new Scheduler();
    private Instant now = Instant.parse("2026-06-01T00:00:00Z");
    private final StateGauges gauges = new StateGauges(registry, () -> now);
    private final Pods pods = new Pods() {
        @Override
        public Optional<Waiters> waiters(GangId gang) {
            return Optional.of(new Waiters(Instant.parse("2026-06-01T00:00:00Z"), Optional.empty()));
        }

        @Override
        public Set<String> leaving(GangId gang) {
            return Set.of();
        }

        @Override
        public Map<String, Bypass> bypasses() {
            return Map.of("train", new Bypass("acme", "train", 2));
        }
    };

    @BeforeEach
    void fourNodes() {
        scheduler.putPool(new Pool(
                "east",
                "h100",
                List.of(),
                List.of(new ProductKey("product", List.of("h100"))),
                "nvidia.com/gpu",
                8,
                List.of(Level.keyed("rack", List.of("rack"), 4, 1)),
                List.of(),
                List.of()));
        for (int i = 0; i < 4; i++) {
            node(i, true);
        }
    }

    private void node(int i, boolean ready) {
        scheduler.putNode(new NodeFacts(
                "n" + i,
                "uid" + i,
                Map.of("product", "h100", "rack", "r"),
                List.of(),
                ready,
                false,
                Map.of(),
                Map.of("nvidia.com/gpu", 8L, "pods", 100L)));
    }

    private void contract(int nodes, Instant end) {
        scheduler.putContract(new Contract(
                "acme.2026",
                "acme",
                new Interval(START, end),
                START,
                List.of(new Commitment(
                        "base", "h100", "node", List.of(new Tranche("all", nodes, new Interval(START, end))), 4)),
                Optional.of(Duration.ofSeconds(90))));
    }

    private void pod(String uid, int gpus, Tier tier) {
        Shape shape = new Shape(gpus, Map.of("pods", 1L));
        GangId id = GangId.ofPod("ns", uid);
        scheduler.submit(new GangSpec(
                id,
                "acme",
                Optional.empty(),
                List.of(),
                List.of(tier),
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

    private String scrape() {
        scheduler.decide(now);
        Views views = Views.of(scheduler.cluster());
        gauges.show(scheduler, views, ContractViews.standing(scheduler, views, now), pods, now);
        return registry.scrape();
    }

    @Test
    void aContractShowsWhatItIsOwedAndWhatItHas() {
        contract(3, END);
        pod("a", 8, Tier.RESERVED);
        pod("b", 5, Tier.RESERVED);
        pod("c", 2, Tier.SPOT);
        pod("d", 24, Tier.RESERVED);

        assertThat(scrape())
                .contains("offtake_contract_committed_gpus" + ACME + "} 24.0")
                .contains("offtake_contract_entitled_gpus" + ACME + "} 24.0")
                .contains("offtake_contract_claimed_gpus" + ACME + "} 16.0")
                .contains("offtake_contract_used_gpus" + ACME + ",tier=\"Reserved\"} 13.0")
                .contains("offtake_contract_used_gpus" + ACME + ",tier=\"OnDemand\"} 0.0")
                .contains("offtake_contract_used_gpus" + ACME + ",tier=\"Spot\"} 2.0")
                .contains("offtake_contract_on_demand_limit_gpus" + ACME + "} 4.0")
                .contains("offtake_contract_lent_gpus" + ACME + "} 2.0")
                .contains("offtake_contract_waiting_gpus" + ACME + "} 24.0")
                .contains("offtake_contract_unserved_gpus" + ACME + "} 0.0")
                .contains("offtake_contract_oldest_wait_seconds" + ACME + "} 0.0")
                .contains("offtake_contract_time_to_place_seconds" + ACME + "} 90.0")
                .contains("offtake_bypass_pods{tenant=\"acme\",tenant_namespace=\"train\"} 2.0");
    }

    @Test
    void aPoolShowsWhatItHasAndWhatItCanStillGive() {
        contract(1, END);
        pod("a", 8, Tier.RESERVED);
        node(3, false);

        assertThat(scrape())
                .contains("offtake_pool_gpus" + EAST + "} 32.0")
                .contains("offtake_pool_usable_gpus" + EAST + "} 24.0")
                .contains("offtake_pool_unhealthy_gpus" + EAST + "} 8.0")
                .contains("offtake_pool_spare_gpus" + EAST + "} 0.0")
                .contains("offtake_pool_used_gpus" + EAST + "} 8.0")
                .contains("offtake_pool_free_gpus" + EAST + "} 16.0")
                .contains("offtake_pool_committed_gpus" + EAST + "} 8.0")
                .contains("offtake_pool_nodes" + EAST + ",state=\"NotReady\"} 1.0")
                .contains("offtake_pool_largest_gang_gpus{class=\"h100\",level=\"rack\",pool=\"east\"} 16.0")
                .contains("offtake_pool_whole_cells{class=\"h100\",level=\"node\",pool=\"east\"} 2.0");
        node(3, true);
        assertThat(scrape())
                .contains("offtake_pool_unhealthy_gpus" + EAST + "} 0.0")
                .contains("offtake_pool_spare_gpus" + EAST + "} 8.0");
    }

    @Test
    void demandWithinTheCommitmentThatWaitsHasItsAgeItsGpusAndItsCause() {
        contract(3, END);
        pod("a", 8, Tier.RESERVED);
        pod("b", 8, Tier.RESERVED);
        scrape();
        node(2, false);
        node(3, false);
        pod("c", 8, Tier.RESERVED);
        now = now.plusSeconds(70);

        assertThat(scrape())
                .contains("offtake_contract_unserved_gpus" + ACME + "} 8.0")
                .contains("offtake_contract_unserved_by_cause_gpus{cause=\"NodeFault\"," + ACME.substring(1) + "} 8.0")
                .contains("offtake_waiting_gangs{reason=\"InsufficientWholeCells\"} 1.0");
        now = now.plusSeconds(30);
        assertThat(registry.scrape()).contains("offtake_contract_oldest_wait_seconds" + ACME + "} 30.0");
        node(3, true);
        assertThat(scrape())
                .contains("offtake_contract_unserved_gpus" + ACME + "} 0.0")
                .doesNotContain("offtake_contract_unserved_by_cause_gpus{")
                .contains("offtake_contract_oldest_wait_seconds" + ACME + "} 0.0");
    }

    @Test
    void afterItsTermAContractIsOwedNothingAndStillShowsWhatRunsInItsName() {
        contract(2, now.plusSeconds(60));
        pod("a", 8, Tier.RESERVED);
        scrape();
        now = now.plusSeconds(60);

        assertThat(scrape())
                .contains("offtake_contract_committed_gpus" + ACME + "} 0.0")
                .contains("offtake_contract_on_demand_limit_gpus" + ACME + "} 0.0")
                .contains("offtake_contract_used_gpus" + ACME + ",tier=\"Reserved\"} 8.0");
    }

    @Test
    void whatIsDeletedHasNoSeriesAndWhatComesBackHasThemAgain() {
        contract(2, END);
        assertThat(scrape()).contains(ACME, EAST);
        scheduler.removeContract("acme.2026");
        scheduler.removePool("east");
        // By the last the alerts tell that it was deleted, and not that nobody leads.
        assertThat(scrape()).doesNotContain(ACME).doesNotContain(EAST).contains("offtake_waiting_gangs{reason=");
        contract(2, END);
        assertThat(scrape())
                .as("without a pool nobody knows how many GPUs are owed")
                .contains("offtake_contract_used_gpus" + ACME)
                .contains("offtake_contract_entitled_gpus" + ACME + "} 0.0")
                .doesNotContain("offtake_contract_committed_gpus", "offtake_contract_claimed_gpus");
    }

    @Test
    void whoDoesNotLeadShowsNoState() {
        contract(2, END);
        scrape();
        gauges.clear();
        assertThat(registry.scrape())
                .doesNotContain("offtake_contract")
                .doesNotContain("offtake_pool")
                .doesNotContain("offtake_waiting");
    }

    @Test
    void poolsThatMakeNoSenseAreShownWhoeverLeads() {
        gauges.invalidPools(Map.of("west", "h100"));
        gauges.clear();
        assertThat(registry.scrape()).contains("offtake_pool_invalid{class=\"h100\",pool=\"west\"} 1.0");
        gauges.invalidPools(Map.of());
        assertThat(registry.scrape()).doesNotContain("offtake_pool_invalid");
    }
}
