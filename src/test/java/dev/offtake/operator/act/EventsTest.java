package dev.offtake.operator.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.schedule.GangId;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00.123456789Z");
    private static final GangId GANG = new GangId("train", "job-big");

    private final StubApi api = new StubApi();
    private final KubernetesSerialization serialization = api.client().getKubernetesSerialization();
    private final Events events =
            new Events(new ApiWriter(api.client(), 64, () -> true, new SimpleMeterRegistry()), serialization, "test");

    @AfterEach
    void close() {
        api.close();
    }

    private static Owner job(String name) {
        return new Owner("batch/v1", "Job", "train", name, "uid");
    }

    private List<String> names(int expected) {
        await().until(() -> api.writes("POST", "/events").size() == expected);
        return api.writes("POST", "/events").stream()
                .map(write -> serialization.unmarshal(write.body(), Event.class))
                .map(event -> event.getMetadata().getName())
                .toList();
    }

    @Test
    void twoThatAreToldAtOnceHaveDifferentNames() {
        events.tell(GANG, job("big"), true, "Reclaimed", "1 pod of it goes", NOW);
        events.tell(GANG, job("big"), true, "Reclaimed", "1 pod of it goes", NOW);

        assertThat(names(2)).doesNotHaveDuplicates();
    }

    @Test
    void oneThatIsToldOnceHasTheNameOfItsKeyWhateverElseWasTold() {
        events.tell(GANG, job("big"), true, "Reclaimed", "1 pod of it goes", NOW);
        events.tellOnce(GANG, job("big"), NOW.plusSeconds(60), false, "Reclaiming", "waits", NOW);
        events.tellOnce(GANG, job("big"), NOW.plusSeconds(60), false, "Reclaiming", "waits", NOW.plusSeconds(1));

        assertThat(names(3)).containsOnlyOnce("big.18988e8f728acd15").hasSize(3);
        assertThat(names(3).stream().distinct()).hasSize(2);
    }

    @Test
    void whatIsToldOfAPodWithALongNameHasANameThatMayBe() {
        String begin = "p".repeat(235);

        events.tell(GANG, job(begin + "-.x" + "q".repeat(15)), true, "Reclaimed", "goes", NOW);

        assertThat(names(1)).containsExactly(begin + ".18988e8f728acd15");
    }
}
