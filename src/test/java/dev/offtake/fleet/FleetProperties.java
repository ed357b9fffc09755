package dev.offtake.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.NodeState.Health;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** The incremental fleet against {@link FleetModel}, over random changes of few nodes, pools and label values. */
class FleetProperties {
    private static final String PRODUCT = "nvidia.com/gpu.product";
    private static final String NEBIUS = "nebius.com/gpu-name";
    private static final List<String> KEYS = List.of(PRODUCT, NEBIUS, "zone", "block", "block-2", "rack");

    /** One step: a pool or node that appears, changes or goes. */
    sealed interface Change {
        record PutNode(String name, Map<String, String> labels, int gpus, boolean ready) implements Change {}

        record RemoveNode(String name) implements Change {}

        record PutPool(Pool pool) implements Change {}

        record RemovePool(String name) implements Change {}
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void afterEveryChangeTheFleetIsWhatTheRulesSay(@ForAll("changes") List<Change> changes) {
        Fleet fleet = new Fleet();
        FleetModel model = new FleetModel();
        Map<String, NodeState> before = Map.of();
        int uids = 0;
        for (Change change : changes) {
            List<NodeState> answer;
            if (change instanceof Change.PutNode put) {
                NodeFacts facts = facts(put, model.nodes.get(put.name()), uids++);
                model.putNode(facts);
                answer = fleet.putNode(facts);
            } else if (change instanceof Change.RemoveNode remove) {
                model.removeNode(remove.name());
                answer = fleet.removeNode(remove.name());
            } else if (change instanceof Change.PutPool put) {
                model.putPool(put.pool());
                answer = fleet.putPool(put.pool());
            } else {
                String name = ((Change.RemovePool) change).name();
                model.removePool(name);
                answer = fleet.removePool(name);
            }
            Map<String, NodeState> now = model.states();
            assertThat(states(fleet, now.keySet())).isEqualTo(now);
            assertThat(answer).containsExactlyElementsOf(changed(before, now));
            model.pools.keySet().forEach(pool -> checkReport(fleet, model, pool, now));
            before = now;
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void labelsThatAreGoneForAWhileMoveNoNode(@ForAll("changes") List<Change> changes, @ForAll Set<Integer> goneKeys) {
        Fleet fleet = new Fleet();
        Map<String, NodeFacts> nodes = new TreeMap<>();
        int uids = 0;
        for (Change change : changes) {
            if (change instanceof Change.PutNode put) {
                NodeFacts facts = facts(put, nodes.get(put.name()), uids++);
                nodes.put(put.name(), facts);
                fleet.putNode(facts);
            } else if (change instanceof Change.PutPool put) {
                fleet.putPool(put.pool());
            }
        }
        Set<String> gone = new HashSet<>();
        goneKeys.forEach(i -> gone.add(KEYS.get(Math.floorMod(i, KEYS.size()))));
        for (NodeFacts facts : nodes.values()) {
            NodeState before = fleet.node(facts.name()).orElseThrow();
            if (before.pool().isEmpty()) {
                continue;
            }
            Map<String, String> left = new HashMap<>(facts.labels());
            left.keySet().removeAll(gone);
            fleet.putNode(withLabels(facts, left));
            assertSameBut(fleet.node(facts.name()).orElseThrow(), before);
        }
        for (NodeFacts facts : nodes.values()) {
            NodeState before = fleet.node(facts.name()).orElseThrow();
            fleet.putNode(facts);
            assertSameBut(fleet.node(facts.name()).orElseThrow(), before);
        }
    }

    private static void assertSameBut(NodeState state, NodeState before) {
        assertThat(new NodeState(before.facts(), state.pool(), state.cells(), state.gpus(), state.health()))
                .isEqualTo(before);
    }

    private static void checkReport(Fleet fleet, FleetModel model, String pool, Map<String, NodeState> states) {
        PoolReport report = fleet.report(pool).orElseThrow();
        List<NodeState> own = states.values().stream()
                .filter(state -> state.pool().equals(Optional.of(pool)))
                .toList();
        assertThat(report.matched()).isEqualTo(own.size());
        assertThat(report.usable()).isEqualTo(count(own, Health.USABLE));
        assertThat(report.degraded()).isEqualTo(count(own, Health.DEGRADED));
        assertThat(report.unhealthy()).isEqualTo(count(own, Health.UNHEALTHY));
        assertThat(report.notReady()).isEqualTo(count(own, Health.NOT_READY));
        assertThat(report.disputed()).isEqualTo((int) model.nodes.values().stream()
                .map(model::claimants)
                .filter(claimants -> claimants.size() > 1 && claimants.contains(pool))
                .count());
        assertThat(report.unknownTopology()).isEqualTo((int) own.stream()
                .filter(state -> state.cells().contains(NodeState.UNKNOWN))
                .count());
        assertThat(report.sellableGpus())
                .isEqualTo(own.stream()
                        .filter(state -> state.health().takesWork())
                        .mapToLong(NodeState::gpus)
                        .sum());
    }

    private static int count(List<NodeState> states, Health health) {
        return (int) states.stream().filter(state -> state.health() == health).count();
    }

    private static Map<String, NodeState> states(Fleet fleet, Set<String> names) {
        Map<String, NodeState> states = new TreeMap<>();
        names.forEach(name -> fleet.node(name).ifPresent(state -> states.put(name, state)));
        return states;
    }

    private static List<NodeState> changed(Map<String, NodeState> before, Map<String, NodeState> now) {
        return now.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(before.get(entry.getKey())))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** A node keeps its uid while it loses no label, so that nothing is ever held. */
    private static NodeFacts facts(Change.PutNode put, NodeFacts before, int newUid) {
        boolean losesNothing = before != null
                && put.labels().keySet().containsAll(before.labels().keySet());
        return new NodeFacts(
                put.name(),
                losesNothing ? before.uid() : "uid-" + newUid,
                put.labels(),
                List.of(),
                put.ready(),
                false,
                Map.of(),
                Map.of("nvidia.com/gpu", (long) put.gpus()));
    }

    private static NodeFacts withLabels(NodeFacts facts, Map<String, String> labels) {
        return new NodeFacts(
                facts.name(),
                facts.uid(),
                labels,
                facts.taints(),
                facts.ready(),
                facts.unschedulable(),
                facts.conditions(),
                facts.allocatable());
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        Arbitrary<Change> putNode = Combinators.combine(
                        name("n", 6),
                        labels(),
                        Arbitraries.of(0, 3, 4, 4, 4, 8),
                        Arbitraries.of(true, true, true, false))
                .as(Change.PutNode::new);
        return Arbitraries.frequencyOf(
                        Tuple.of(12, putNode),
                        Tuple.of(1, name("n", 6).map(Change.RemoveNode::new)),
                        Tuple.of(3, pool().map(Change.PutPool::new)),
                        Tuple.of(1, name("p", 3).map(Change.RemovePool::new)))
                .list()
                .ofMaxSize(30);
    }

    private static Arbitrary<String> name(String prefix, int count) {
        return Arbitraries.integers().between(1, count).map(i -> prefix + i);
    }

    private static Arbitrary<Map<String, String>> labels() {
        return Combinators.combine(
                        Arbitraries.of("H100", "H100", "B200", "H100-SHARED", ""),
                        Arbitraries.of("H100", "", ""),
                        Arbitraries.of("z", "z", "z", "z2", ""),
                        Arbitraries.of("b1", "b1", "b2", ""),
                        Arbitraries.of("", "", "", "b3"),
                        Arbitraries.of("r1", "r1", "r2", "r3", ""))
                .as((product, nebius, zone, block, block2, rack) -> {
                    Map<String, String> labels = new HashMap<>();
                    List<String> values = List.of(product, nebius, zone, block, block2, rack);
                    for (int i = 0; i < values.size(); i++) {
                        if (!values.get(i).isEmpty()) {
                            labels.put(KEYS.get(i), values.get(i));
                        }
                    }
                    return labels;
                });
    }

    private static Arbitrary<Pool> pool() {
        return Combinators.combine(
                        name("p", 3),
                        Arbitraries.of("H100", "H100", "B200"),
                        Arbitraries.of(0, 0, 2),
                        Arbitraries.integers().between(1, 3))
                .as((name, product, rackNodes, levels) -> new Pool(
                        name,
                        "test",
                        List.of(),
                        List.of(new ProductKey(PRODUCT, List.of(product)), new ProductKey(NEBIUS, List.of(product))),
                        "nvidia.com/gpu",
                        4,
                        List.of(
                                        Level.keyed("zone", List.of("zone")),
                                        Level.keyed("block", List.of("block", "block-2")),
                                        Level.keyed("rack", List.of("rack"), rackNodes, 0))
                                .subList(3 - levels, 3),
                        List.of(),
                        List.of()));
    }
}
