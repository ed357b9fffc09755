package dev.offtake.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import dev.offtake.schedule.Journal;
import dev.offtake.sim.input.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes of eight GPUs, all of them acme's; what acme leaves idle is lent to beta. A notice is two minutes. */
class EvictionTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long MINUTE = 60_000;

    @TempDir
    private Path directory;

    private final List<Decision> decisions = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();

    @BeforeEach
    void twoNodes() throws IOException {
        Path site = Files.createDirectory(directory.resolve("site"));
        Files.writeString(site.resolve("site.yaml"), """
                apiVersion: offtake.dev/v1alpha1
                kind: GPUPool
                metadata: {name: h100}
                spec: {gpuClass: h100-sxm, topology: [{name: rack, keys: [rack], nodes: 2}]}
                ---
                apiVersion: v1
                kind: Node
                metadata:
                  name: gpu-{n}
                  annotations: {sim.offtake.dev/repeat: "2"}
                  labels: {nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3, rack: r0}
                status: {allocatable: {nvidia.com/gpu: "8"}}
                ---
                apiVersion: offtake.dev/v1alpha1
                kind: TenantContract
                metadata: {name: acme}
                spec:
                  tenant: acme
                  term: {start: "2026-01-01T00:00:00Z", end: "2027-01-01T00:00:00Z"}
                  commitments:
                  - {name: base, gpuClass: h100-sxm, unit: node, tranches: [{name: all, quantity: 2, due: "2026-01-01T00:00:00Z"}]}
                ---
                apiVersion: offtake.dev/v1alpha1
                kind: TenantContract
                metadata: {name: beta}
                spec:
                  tenant: beta
                  term: {start: "2026-01-01T00:00:00Z", end: "2027-01-01T00:00:00Z"}
                  commitments:
                  - {name: none, gpuClass: h100-sxm, unit: gpu, tranches: [], onDemand: {gpus: 8}}
                """);
    }

    private Result run(String changes, String... trace) throws IOException {
        Path rows = directory.resolve("trace.csv");
        Files.writeString(rows, "submit,gang,tenant,gpus,duration,tier,checkpoint\n" + String.join("\n", trace) + "\n");
        Optional<Path> changed = Optional.empty();
        if (!changes.isEmpty()) {
            changed = Optional.of(directory.resolve("changes.csv"));
            Files.writeString(changed.get(), "at,change,target\n" + changes);
        }
        Scenario scenario = Scenario.read(new Scenario.Files(
                Optional.of(directory.resolve("site")), rows, changed, Optional.of(START), Optional.empty()));
        return new Simulation(scenario, new Simulation.Settings(Optional.empty(), Optional.empty()), new Remembering())
                .run((at, submitted, count) -> {});
    }

    private final class Remembering implements Journal {
        @Override
        public void begun() {}

        @Override
        public void applied(Event event) {
            events.add(event);
        }

        @Override
        public void decided(Instant now, List<Decision> decided) {
            decisions.addAll(decided);
        }
    }

    private static GangRecord gang(Result result, String name) {
        return result.gangs().stream()
                .filter(g -> g.submission().gang().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anEvictedGangGoesAfterItsNoticeAndGoesOnFromItsLastCheckpoint() throws IOException {
        Result result = run(
                "",
                "0,first,acme,8,10h,,",
                "0,lent,beta,8,1h,Spot,10m+1m",
                // Needs the node that is lent; 25 minutes of work are done by then, 27 when the notice is over.
                "25m,second,acme,8,30m,,");

        assertThat(gang(result, "second").start()).isEqualTo(27 * MINUTE);
        assertThat(gang(result, "second").tier()).isEqualTo("RESERVED");
        GangRecord lent = gang(result, "lent");
        assertThat(lent.tier()).isEqualTo("SPOT");
        assertThat(lent.evictions().times()).isEqualTo(1);
        assertThat(lent.evictions().lost()).isEqualTo(7 * MINUTE);
        assertThat(lent.evictions().restarts()).isEqualTo(MINUTE);
        assertThat(lent.lostNodes().times()).isZero();
        assertThat(lent.end()).as("minutes: 57 + 1 + 40").isEqualTo(98 * MINUTE);
        Result.PoolTotal pool = result.pools().get(0);
        assertThat(pool.lent()).isEqualTo(8 * (27 + 41) * MINUTE);
        assertThat(pool.used()).isEqualTo(8 * (600 + 30 + 27 + 41) * MINUTE);
    }

    @Test
    void anEvictionHasAPlanAndItsClaimantARecordMoreWhenItIsCarriedOut() throws IOException {
        run("", "0,first,acme,8,10h,,", "0,lent,beta,8,1h,Spot,10m+1m", "25m,second,acme,8,30m,,");

        List<Decision> ofSecond = decisions.stream()
                .filter(d -> d.gang().name().contains("second"))
                .toList();
        assertThat(ofSecond)
                .extracting(d -> d.getClass().getSimpleName())
                .containsExactly("Record", "Explain", "Record", "Release");
        assertThat(((Decision.Record) ofSecond.get(0)).plan().orElseThrow().deadline())
                .isEqualTo(START.plusMillis(27 * MINUTE));
        assertThat(((Decision.Record) ofSecond.get(2)).plan()).isEmpty();
        assertThat(decisions.stream().filter(d -> d.gang().name().contains("lent")))
                .extracting(d -> d.getClass().getSimpleName())
                .containsSubsequence("Record", "Release", "Evict", "RolledBack", "Record", "Release");
    }

    @Test
    void anEvictedGangWaitsWithItsAge() throws IOException {
        run(
                "",
                "0,first,acme,8,10h,,",
                "0,lent,beta,8,1h,Spot,",
                "25m,second,acme,8,30m,,",
                "26m,later,beta,8,1h,Spot,");

        assertThat(events)
                .filteredOn(Event.Submit.class::isInstance)
                .extracting(e -> ((Event.Submit) e).gang().id().name())
                .as("it is never submitted anew")
                .doesNotHaveDuplicates();
        assertThat(decisions)
                .filteredOn(Decision.Release.class::isInstance)
                .extracting(d -> d.gang().name().replaceAll(".*-", ""))
                .containsExactly("first", "lent", "second", "lent", "later");
    }

    @Test
    void withoutCheckpointsAllIsLost() throws IOException {
        Result result = run("", "0,first,acme,8,10h,,", "0,lent,beta,8,1h,Spot,", "25m,second,acme,8,30m,,");

        assertThat(gang(result, "lent").evictions().lost()).isEqualTo(27 * MINUTE);
        assertThat(gang(result, "lent").end()).isEqualTo((57 + 60) * MINUTE);
    }

    @Test
    void aGangThatIsDoneWithinItsNoticeLosesNothing() throws IOException {
        Result result = run("", "0,first,acme,8,10h,,", "0,lent,beta,8,26m,Spot,", "25m,second,acme,8,30m,,");

        assertThat(gang(result, "lent").end()).isEqualTo(26 * MINUTE);
        assertThat(gang(result, "lent").evictions().times()).isZero();
        assertThat(gang(result, "second").start()).isEqualTo(26 * MINUTE);
    }

    @Test
    void aNodeThatFailsWithinANoticeInterruptsOnceAndGivesNoSecondNotice() throws IOException {
        Result result = run(
                "26m,fail,gpu-0\n26m,fail,gpu-1\n40m,recover,gpu-0\n40m,recover,gpu-1\n",
                "0,lent,beta,8,1h,Spot,10m+1m",
                "25m,all,acme,2x8,10m,,");

        GangRecord lent = gang(result, "lent");
        assertThat(lent.lostNodes().times()).isEqualTo(1);
        assertThat(lent.lostNodes().lost()).isEqualTo(6 * MINUTE);
        assertThat(lent.evictions().times()).isZero();
        assertThat(gang(result, "all").start()).isEqualTo(40 * MINUTE);
        assertThat(lent.end()).isEqualTo((50 + 1 + 40) * MINUTE);
    }

    @Test
    void theSchedulerKnowsOfCheckpointsAndTakesTheGangThatLosesLeast() throws IOException {
        Result result = run(
                "",
                // At minute 59 this one would lose 59 minutes, the other nine.
                "0,careless,beta,8,3h,Spot,",
                "0,careful,beta,8,3h,Spot,10m+1m",
                "59m,claim,acme,8,30m,,");

        assertThat(gang(result, "careful").evictions().times()).isEqualTo(1);
        assertThat(gang(result, "careless").evictions().times()).isZero();
    }
}
