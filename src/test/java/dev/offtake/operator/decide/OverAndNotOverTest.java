package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.translate.Tenancy;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Job of two pods seems to be over for a moment, in which nobody has told its pods to go. */
class OverAndNotOverTest {
    private final DeskFixture world = new DeskFixture(2, 2);
    private Pod first = new Pod();
    private Pod second = new Pod();

    @AfterEach
    void close() {
        world.close();
    }

    @BeforeEach
    void runs() {
        world.desk.lead();
        world.job("on", 2, Map.of());
        Pod a = world.pod("on", "on-0");
        Pod b = world.pod("on", "on-1");
        world.show(a);
        world.show(b);
        world.settle();
        first = world.showRunning(a);
        second = world.showRunning(b);
        world.settle();
    }

    private Pod failsAndIsMadeAnew() {
        world.gone(first);
        Pod successor = world.pod("on", "on-2");
        world.show(successor);
        world.settle();
        return successor;
    }

    private void assertGoesOn() {
        Pod successor = failsAndIsMadeAnew();
        assertThat(world.releasedTo(successor)).isEqualTo(world.releasedTo(first));
        assertThat(world.api.writes("POST", "/gpuworkloads")).hasSize(1);
        assertThat(world.status("job-on").phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void oneThatIsSuspendedAndResumedBeforeItsControllerSawItGoesOn() {
        world.suspended("on", true);
        world.settle();
        world.suspended("on", false);
        world.settle();

        assertGoesOn();
    }

    @Test
    void oneWhoseNamespaceLeavesItsTenantForAMomentGoesOn() {
        world.desk.putNamespace(DeskFixture.NS, Optional.empty());
        world.settle();
        world.desk.putNamespace(DeskFixture.NS, Optional.of(new Tenancy("acme", Optional.empty())));
        world.settle();

        assertGoesOn();
    }

    @Test
    void oneThatLacksAPodAtThatMomentGetsItAgain() {
        world.gone(first);
        world.suspended("on", true);
        world.settle();
        world.suspended("on", false);
        Pod successor = world.pod("on", "on-2");
        world.show(successor);
        world.settle();

        assertThat(world.releasedTo(successor)).isEqualTo(world.releasedTo(first));
    }

    @Test
    void oneWhosePodsAllHaveToGoBeginsAnewWhenTheyAreGone() {
        world.suspended("on", true);
        for (Pod pod : new Pod[] {first, second}) {
            world.show(new PodBuilder(pod)
                    .editMetadata()
                    .withDeletionTimestamp(world.now.plusSeconds(30).toString())
                    .withDeletionGracePeriodSeconds(30L)
                    .endMetadata()
                    .build());
        }
        world.settle();
        world.suspended("on", false);
        world.gone(first);
        Pod successor = world.pod("on", "on-2");
        world.show(successor);
        world.settle();

        assertThat(world.releasedTo(successor)).isEmpty();
        world.gone(second);
        Pod other = world.pod("on", "on-3");
        world.show(other);
        world.settle();
        assertThat(world.releasedTo(successor)).isPresent();
        assertThat(world.releasedTo(other)).isPresent();
    }
}
