package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.operator.act.StubApi;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A leader dies after any of the writes by which a Spot Job makes room on the only node: the next one goes on. */
class KilledWhileEvictingTest {
    /** More than there are. */
    private static final int WRITES = 16;

    private static final Map<String, String> SPOT = Map.of("offtake.dev/tier", "Spot");

    private final DeskFixture first = new DeskFixture(1, 1);
    private final DeskFixture next = new DeskFixture(1, 1);
    private final Map<String, GPUWorkloadStatus> records = new TreeMap<>();
    private final List<StubApi.Write> taken = new ArrayList<>();
    private boolean suspended;
    private Optional<Pod> spare = Optional.empty();
    private int sparesMade;
    private Optional<String> ownNode = Optional.empty();

    @AfterEach
    void close() {
        first.close();
        next.close();
    }

    static IntStream writes() {
        return IntStream.range(0, WRITES);
    }

    @ParameterizedTest
    @MethodSource("writes")
    void theNextOneGivesTheClaimantItsPlaceAndLetsTheJobGoOn(int writesBeforeItsDeath) {
        first.desk.lead();
        first.job("spare", 1, SPOT);
        Pod held = newSpare(first);
        first.settle();
        spare = Optional.of(first.showRunning(held));
        first.settle();
        take(first);
        AtomicInteger left = new AtomicInteger(writesBeforeItsDeath);
        first.api.answers(write -> left.getAndDecrement() > 0 ? 200 : 403);
        first.job("own", 1, Map.of());
        Pod own = first.pod("own", "own-0");
        first.show(own);
        first.settle();
        clusterGoesOn(first);
        first.settle();
        take(first);

        next.job("spare", 1, SPOT);
        next.suspended("spare", suspended);
        next.job("own", 1, Map.of());
        records.forEach(next::showRecord);
        spare.ifPresent(next::show);
        next.show(ownNode.map(node -> DeskFixture.running(own, node)).orElse(own));
        next.desk.lead();
        for (int turn = 0; turn < 4; turn++) {
            next.settle();
            clusterGoesOn(next);
        }
        next.settle();
        take(next);

        assertThat(ownNode).as("the claimant runs").isPresent();
        assertThat(suspended).isFalse();
        assertThat(spare.orElseThrow().getSpec().getNodeName()).isNull();
        assertThat(records.get("job-own").phase()).isEqualTo(Phase.PLACED);
        assertThat(records.get("job-own").plan()).isNull();
        assertThat(records.get("job-spare").phase()).isEqualTo(Phase.WAITING);
    }

    private Pod newSpare(DeskFixture desk) {
        Pod pod = desk.pod("spare", "spare-" + sparesMade++);
        desk.show(pod);
        return pod;
    }

    /** The Job controller does what the Job asks for, and what comes of it is seen. */
    private void clusterGoesOn(DeskFixture desk) {
        take(desk);
        desk.suspended("spare", suspended);
        if (suspended && spare.isPresent()) {
            desk.gone(spare.get());
            spare = Optional.empty();
        } else if (!suspended && spare.isEmpty()) {
            spare = Optional.of(newSpare(desk));
        }
    }

    /** What the API server has agreed to. */
    private void take(DeskFixture desk) {
        for (StubApi.Write write : desk.api.accepted()) {
            if (taken.stream().noneMatch(known -> known == write)) {
                taken.add(write);
                take(desk, write);
            }
        }
    }

    private void take(DeskFixture desk, StubApi.Write write) {
        String path = write.path();
        if (path.endsWith("/status") && path.contains("/gpuworkloads/")) {
            String name = path.replaceAll(".*/gpuworkloads/|/status$", "");
            records.put(name, desk.read(write.body()));
        } else if (path.endsWith("/jobs/spare")) {
            suspended = write.body().contains("\"value\":true");
        } else if (write.method().equals("PATCH") && path.endsWith("/pods/own-0")) {
            assertThat(spare.filter(pod -> pod.getSpec().getNodeName() != null))
                    .as("who is on the node when the claimant comes")
                    .isEmpty();
            ownNode = desk.releasedTo(desk.pod("own", "own-0"));
        }
    }
}
