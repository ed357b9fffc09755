package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Cells are kept as well where more gangs run than can be looked at; without the checks of {@link World}, for time. */
class DrainAmongManyTest {
    private static final int RACKS = 20;

    private final Scheduler scheduler = new Scheduler();
    private final Map<GangId, Job> jobs = new HashMap<>();

    private void start(Job job, Instant now) {
        jobs.put(job.id(), job);
        scheduler.submit(job.spec());
        for (int i = 0; i < job.podSet().count(); i++) {
            pod(job, job.id() + "-" + i, PodFacts.State.GATED, Optional.empty());
        }
        decide(now);
    }

    private void decide(Instant now) {
        for (List<Decision> made = scheduler.decide(now); !made.isEmpty(); made = scheduler.decide(now)) {
            for (Decision decision : made) {
                if (decision instanceof Decision.Record) {
                    scheduler.recorded(decision.gang());
                } else if (decision instanceof Decision.Release release) {
                    Optional<String> node = Optional.of(release.node());
                    pod(jobs.get(release.gang()), release.podUid(), PodFacts.State.RELEASED, node);
                    pod(jobs.get(release.gang()), release.podUid(), PodFacts.State.BOUND, node);
                }
            }
        }
    }

    private void pod(Job job, String uid, PodFacts.State state, Optional<String> node) {
        scheduler.pod(new PodFacts(
                uid,
                uid,
                job.id(),
                Job.WORKERS,
                -1,
                state,
                node,
                "",
                job.podSet().shape()));
    }

    private void end(Job job) {
        scheduler.withdraw(job.id());
        scheduler.podGone(job.id(), job.id() + "-0");
    }

    @Test
    void aRackIsFoundWhereEachHasOneWhoIsNotAmongTheFirst() {
        scheduler.reserveAfter(Duration.ofHours(1));
        scheduler.putPool(Site.pool(Site.H100));
        for (int n = 0; n < RACKS * 4; n++) {
            scheduler.putNode(Site.node(Site.H100, "rack-" + n / 4, "node-" + n));
        }
        scheduler.putContract(Site.contract("acme", RACKS * 32, "gpu"));
        Instant now = Site.START;
        for (int i = 0; i < RACKS * 32; i++) {
            start(job("acme", (i % 32 == 0 ? "z" : "a") + i, 1, 1), now);
        }
        for (int rack = 0; rack < RACKS; rack++) {
            end(job("acme", "a" + (rack * 32 + 1), 1, 1));
            end(job("acme", "a" + (rack * 32 + 2), 1, 1));
        }
        end(job("acme", "a" + (5 * 32 + 3), 1, 1));
        start(job("acme", "large", 4, 8).required("rack").createdAt(1), now);
        now = now.plus(Duration.ofHours(5));
        Job small = job("acme", "small", 1, 1)
                .createdAt(now)
                .filter(new NodeFilter(
                        List.of(new Requirement("rack", Requirement.Operator.IN, List.of("rack-5"))),
                        List.of(),
                        List.of()));
        start(small, now);
        Reason reason = scheduler.gang(small.id()).orElseThrow().waiting().orElseThrow();
        assertThat(reason.code()).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        assertThat(reason.numbers()).containsEntry("keptNodes", "4");
    }
}
