package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What work of lower priority holds is there for higher priority, however short supply is for other contracts. */
class PreemptionProperties {
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void aSeniorHasWhatItsJuniorsHoldWhateverIsOwedToOthers(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 3) Integer> juniors,
            @ForAll @IntRange(min = 1, max = 12) int older,
            @ForAll @IntRange(max = 8) int younger,
            @ForAll("units") String olderUnit,
            @ForAll @From("units") String unit,
            @ForAll @IntRange(max = 16) int lost,
            @ForAll @IntRange(min = 1, max = 6) int wanted) {
        World world = World.h100(4);
        int held = Math.min(16, juniors.stream().mapToInt(Integer::intValue).sum());
        world.contract(Site.contract("acme", older * (olderUnit.equals("gpu") ? 8 : 1), olderUnit));
        world.contract(Site.contract(
                "globex",
                "globex",
                Site.preempting(Site.commitment("base", Site.H100, held * (unit.equals("gpu") ? 8 : 1), unit, 0))));
        world.contract(Site.contract("initech", younger, "node"));
        List<Job> running = new ArrayList<>();
        for (int pods : juniors) {
            Job junior = job("globex", "junior-" + running.size(), pods, 8).createdAt(1);
            world.start(junior);
            if (world.isPlaced(junior)) {
                running.add(junior);
            }
        }
        Set<String> inUse = new HashSet<>();
        running.forEach(junior -> inUse.addAll(world.nodesOf(junior)));
        List.copyOf(world.nodes.keySet()).stream()
                .filter(node -> !inUse.contains(node))
                .limit(lost)
                .forEach(node -> world.node(node, facts -> Site.ready(facts, false)));
        Map<String, Integer> before = world.scheduler.cluster().quotas().entitled();
        int pods = Math.min(wanted, inUse.size());

        Job senior = job("globex", "senior", Math.max(1, pods), 8).createdAt(2).priority(1);
        world.start(senior);

        assertThat(world.isPlaced(senior)).as("%s is placed", senior.id()).isEqualTo(pods > 0);
        assertThat(world.scheduler.cluster().quotas().entitled().get("acme/base"))
                .isGreaterThanOrEqualTo(before.get("acme/base"));
    }

    @Provide
    Arbitrary<String> units() {
        return Arbitraries.of("gpu", "node");
    }
}
