package dev.offtake.operator.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.operator.observe.PodLayout;
import dev.offtake.schedule.GangId;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pod that stays is deleted by the operator; who decided that leads no longer. */
class RollBacksTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final PodRef POD =
            new PodRef("train", "spare-0", "uid", new PodLayout(-1, true, PodLayout.AffinityForm.NONE, List.of()), NOW);

    private final StubApi api = new StubApi();
    private final AtomicBoolean leads = new AtomicBoolean(true);
    private final ApiWriter writer = new ApiWriter(api.client(), 1, leads::get, new SimpleMeterRegistry());
    private final RollBacks rollBacks = new RollBacks(
            writer, new WorkloadRecords(writer, new KubernetesSerialization(), gang -> ""), new NoFeedback());

    @AfterEach
    void close() {
        writer.close();
        api.close();
    }

    @Test
    void itIsNotDeletedAnyMoreOnceThisProcessLeadsAgain() throws InterruptedException {
        api.answers(write -> write.method().equals("DELETE") ? 403 : 200);
        rollBacks.remove(POD, Optional.of(30L), NOW);
        await().until(() -> api.writes().size() == 2);
        leads.set(false);
        TimeUnit.MILLISECONDS.sleep(1_500);
        assertThat(api.writes()).hasSize(2);

        leads.set(true);

        TimeUnit.MILLISECONDS.sleep(2_500);
        assertThat(api.writes()).hasSize(2);
    }

    private static final class NoFeedback implements Feedback {
        @Override
        public void recorded(GangId gang) {}

        @Override
        public void recordFailed(GangId gang) {}

        @Override
        public void releaseFailed(GangId gang, String podUid) {}

        @Override
        public void shrinkFailed(GangId gang, String podUid) {}

        @Override
        public void rollBackFailed(GangId gang) {}
    }
}
