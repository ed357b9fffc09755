package dev.offtake.operator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@OnControlPlane(apiServerOnly = true)
class LeaderLeaseIT {
    private static final String LEASE = "offtake-operator";

    @TempDir
    Path directory;

    private final ControlPlane controlPlane;
    private final KubernetesClient client;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    /** In the order in which it happened, of all candidates. */
    private final Queue<String> events = new ConcurrentLinkedQueue<>();

    private String namespace;
    private StallingProxy proxy;

    LeaderLeaseIT(ControlPlane controlPlane, KubernetesClient client) {
        this.controlPlane = controlPlane;
        this.client = client;
    }

    @BeforeEach
    void open(Sandbox sandbox) throws IOException {
        namespace = sandbox.namespace("election");
        proxy = new StallingProxy(controlPlane.server());
        opened.push(proxy);
    }

    @AfterEach
    void close() throws Exception {
        proxy.resume();
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @Test
    void theFirstCandidateLeadsAndTheSecondFollows() {
        LeaderLease first = compete("first");
        soon().until(first::mayWrite);
        LeaderLease second = compete("second");

        awaitRenewals(3);

        assertThat(first.isLeader()).isTrue();
        assertThat(second.isLeader()).isFalse();
        assertThat(second.mayWrite()).isFalse();
        assertThat(events).containsExactly("first leads");
        assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("first");
        assertThat(lease().getSpec().getLeaseDurationSeconds()).isEqualTo(3);
        assertThat(lease().getSpec().getLeaseTransitions()).isZero();
    }

    @Test
    void ofManyThatCompeteAtOnceOneLeads() {
        List<LeaderLease> candidates =
                IntStream.range(0, 5).mapToObj(i -> compete("candidate-" + i)).toList();
        soon().until(() -> candidates.stream().anyMatch(LeaderLease::isLeader));

        awaitRenewals(3);

        assertThat(candidates).filteredOn(LeaderLease::isLeader).hasSize(1);
        assertThat(events).hasSize(1);
    }

    @Test
    void aLeaderThatStopsGivesTheLeaseBackAndTheOtherLeads() {
        LeaderLease first = compete("first");
        soon().until(first::mayWrite);
        LeaderLease second = compete("second");
        awaitRenewals(1);

        first.resign();

        assertThat(first.mayWrite()).isFalse();
        assertThat(second.isLeader()).isFalse();
        first.release(Duration.ofSeconds(5));
        soon().until(second::mayWrite);
        assertThat(events).containsExactly("first leads", "first stops", "second leads");
        assertThat(lease().getSpec().getLeaseTransitions()).isPositive();
    }

    @Test
    void aLeaseThatWasGivenBackIsFreeBeforeItsDurationIsOver() {
        ElectionOptions hour = new ElectionOptions(
                true, "first", LEASE, Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofMillis(300));
        LeaderLease first = compete(hour, controlPlane.server(), true);
        soon().until(first::mayWrite);
        first.release(Duration.ofSeconds(5));
        assertThat(lease().getSpec().getHolderIdentity()).isNullOrEmpty();

        LeaderLease second = compete("second");

        soon().until(second::mayWrite);
    }

    @Test
    void aLeaderThatIsCutOffStopsBeforeTheOtherLeads() {
        LeaderLease first = compete("first", proxy.server());
        soon().until(first::mayWrite);
        LeaderLease second = compete("second");
        awaitRenewals(1);

        proxy.stall();

        soon().until(second::isLeader);
        assertThat(first.isLeader()).isFalse();
        // Told right after.
        soon().untilAsserted(() -> assertThat(events).containsExactly("first leads", "first stops", "second leads"));
    }

    @Test
    void theFenceFallsBeforeTheLeadershipEndsWhenTheServerFreezes() {
        // Far apart, so that one is surely seen without the other.
        ElectionOptions options = new ElectionOptions(
                true, "first", LEASE, Duration.ofSeconds(6), Duration.ofSeconds(5), Duration.ofSeconds(2));
        LeaderLease first = compete(options, proxy.server(), true);
        soon().until(first::mayWrite);

        proxy.stall();

        soon().until(() -> !first.mayWrite());
        assertThat(first.isLeader()).isTrue();
        assertThat(events).containsExactly("first leads");
        soon().until(() -> events.contains("first stops"));
        assertThat(first.isLeader()).isFalse();
    }

    @Test
    void aLeaderThatWasCutOffFollowsAndCompetesAgain() {
        LeaderLease first = compete("first", proxy.server());
        soon().until(first::mayWrite);
        proxy.stall();
        soon().until(() -> events.contains("first stops"));

        proxy.resume();

        soon().until(first::mayWrite);
        // Told right after.
        soon().untilAsserted(() -> assertThat(events).containsExactly("first leads", "first stops", "first leads"));
    }

    @Test
    void aCandidateThatIsNotReadyLeavesTheLeaseToOthers() {
        LeaderLease unready = compete(options("unready"), controlPlane.server(), false);
        LeaderLease ready = compete("ready");

        soon().until(ready::mayWrite);
        awaitRenewals(2);

        assertThat(unready.isLeader()).isFalse();
        assertThat(events).containsExactly("ready leads");
    }

    @Test
    void aRestartUnderTheSameNameLeadsAtOnce() {
        ElectionOptions hour = new ElectionOptions(
                true, "pod-0", LEASE, Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofMillis(300));
        LeaderLease first = compete(hour, proxy.server(), true);
        soon().until(first::mayWrite);
        proxy.stall();

        LeaderLease restarted = compete(hour, controlPlane.server(), true);

        soon().until(restarted::mayWrite);
    }

    @Test
    void aLeaseTakenByForceEndsTheLeadership() {
        LeaderLease first = compete("first");
        soon().until(first::mayWrite);

        // As kubectl patch does, whatever the leader wrote meanwhile.
        client.leases()
                .inNamespace(namespace)
                .withName(LEASE)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"holderIdentity\":\"intruder\"}}");

        soon().until(() -> events.contains("first stops"));
        assertThat(first.mayWrite()).isFalse();
    }

    @Test
    void aLeaseThatIsDeletedIsMadeAnew() {
        LeaderLease first = compete("first");
        soon().until(first::mayWrite);
        String uid = lease().getMetadata().getUid();

        client.leases().inNamespace(namespace).withName(LEASE).delete();

        soon().until(() -> {
            Lease lease = lease();
            return lease != null && !lease.getMetadata().getUid().equals(uid);
        });
        assertThat(first.isLeader()).isTrue();
        assertThat(events).containsExactly("first leads");
    }

    @Test
    void aLeaseThatChangedSinceItWasReadIsNotWritten() {
        LeaseRecord first = new LeaseRecord(() -> client, namespace, options("first"));
        LeaseRecord second = new LeaseRecord(() -> client, namespace, options("second"));
        Lease read = first.create().orElseThrow();

        assertThat(second.create()).isEmpty();
        assertThat(first.hold(read)).isPresent();
        assertThat(second.hold(read)).isEmpty();
        assertThat(first.free(read)).isEmpty();
        assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("first");
    }

    @Test
    void aListenerThatComesLateIsToldAtOnce() {
        LeaderLease first = compete("first");
        soon().until(() -> events.contains("first leads"));

        first.listen(record("late"));

        soon().until(() -> events.contains("late leads"));
    }

    private LeaderLease compete(String name) {
        return compete(name, controlPlane.server());
    }

    private LeaderLease compete(String name, String server) {
        return compete(options(name), server, true);
    }

    private LeaderLease compete(ElectionOptions options, String server, boolean eligible) {
        KubernetesClient own = clients(server).leaseClient(options.requestTimeout());
        opened.push(own);
        LeaderLease candidate = new LeaderLease(() -> own, namespace, options, () -> eligible, (what, cause) -> {
            throw new AssertionError(what, cause);
        });
        opened.push(() -> candidate.release(Duration.ofSeconds(5)));
        candidate.listen(record(options.identity()));
        candidate.compete();
        return candidate;
    }

    /** The administrator by way of this URL. */
    private ClientFactory clients(String server) {
        try {
            String text = Files.readString(controlPlane.kubeconfig());
            Path file = Files.writeString(
                    Files.createTempFile(directory, "kubeconfig", ""), text.replace(controlPlane.server(), server));
            return new ClientFactory(new ClusterOptions(Optional.of(file), Optional.empty()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ElectionOptions options(String identity) {
        return new ElectionOptions(
                true, identity, LEASE, Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMillis(300));
    }

    private Leadership.Listener record(String name) {
        return new Leadership.Listener() {
            @Override
            public void onStartLeading() {
                events.add(name + " leads");
            }

            @Override
            public void onStopLeading() {
                events.add(name + " stops");
            }
        };
    }

    private void awaitRenewals(int count) {
        for (int i = 0; i < count; i++) {
            String before = lease().getMetadata().getResourceVersion();
            soon().until(() -> !lease().getMetadata().getResourceVersion().equals(before));
        }
    }

    private Lease lease() {
        return client.leases().inNamespace(namespace).withName(LEASE).get();
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
    }
}
