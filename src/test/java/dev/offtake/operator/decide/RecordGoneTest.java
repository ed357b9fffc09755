package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.schedule.GangId;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The record of a gang that waits goes: its user deletes it, or the garbage collector with an earlier Job of its name. */
class RecordGoneTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final DeskFixture world = new DeskFixture(1, 1);

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void itIsMadeAnewWithoutAnotherEvent() {
        world.desk.lead();
        world.jobOfOne("large", Map.of("offtake.dev/gpu-class", "no-such"));
        world.later(PATIENCE);
        world.showRecord("job-large");
        assertThat(world.api.writes("POST", "/gpuworkloads")).hasSize(1);

        world.desk.removeWorkload(new GangId(DeskFixture.NS, "job-large"));
        world.settle();

        assertThat(world.api.writes("POST", "/gpuworkloads")).hasSize(2);
        assertThat(world.status("job-large").waiting().code()).isEqualTo("NoActiveContract");
        assertThat(world.api.writes("POST", "/events")).hasSize(1);
        int writes = world.api.writes().size();
        world.later(PATIENCE);
        assertThat(world.api.writes()).hasSize(writes);
    }
}
