package dev.offtake.operator.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ApiWriterTest {
    @Test
    void itIsNotIdleBetweenTheWritesOfOneChange() throws Exception {
        try (StubApi api = new StubApi()) {
            ApiWriter writer = new ApiWriter(api.client(), 1, () -> true, new SimpleMeterRegistry());
            CompletableFuture<Boolean> idleBetween = write(writer, "first").thenCompose(answer -> {
                boolean idle = writer.isIdle();
                return write(writer, "second").thenApply(next -> idle);
            });

            assertThat(idleBetween.get(10, TimeUnit.SECONDS)).isFalse();
            await().until(writer::isIdle);
            assertThat(api.writes()).extracting(StubApi.Write::path).containsExactly("/first", "/second");
        }
    }

    @Test
    void whatIsUnavailableForAMomentIsTriedAgain() throws Exception {
        try (StubApi api = new StubApi()) {
            api.answers(write -> api.writes().size() < 2 ? 503 : 200);
            ApiWriter writer = new ApiWriter(api.client(), 1, () -> true, new SimpleMeterRegistry());

            assertThat(write(writer, "first").get(10, TimeUnit.SECONDS).ok()).isTrue();

            assertThat(api.writes()).hasSize(3);
        }
    }

    @Test
    void whoIsOverloadedIsLeftAloneForAsLongAsItAsks() throws Exception {
        try (StubApi api = new StubApi()) {
            api.answers(write -> api.writes().isEmpty() ? 429 : 200);
            ApiWriter writer = new ApiWriter(api.client(), 1, () -> true, new SimpleMeterRegistry());
            long start = System.nanoTime();

            assertThat(write(writer, "first").get(10, TimeUnit.SECONDS).ok()).isTrue();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
            assertThat(api.writes()).hasSize(2);
        }
    }

    @Test
    void nothingIsTriedAgainOnceAnotherMayLead() throws Exception {
        try (StubApi api = new StubApi()) {
            AtomicBoolean leads = new AtomicBoolean(true);
            api.answers(write -> {
                leads.set(false);
                return 503;
            });
            ApiWriter writer = new ApiWriter(api.client(), 1, leads::get, new SimpleMeterRegistry());

            assertThat(write(writer, "first").get(10, TimeUnit.SECONDS).isDropped())
                    .isTrue();

            assertThat(api.writes()).hasSize(1);
        }
    }

    @Test
    void nothingIsTriedAgainOnceItIsClosed() throws Exception {
        try (StubApi api = new StubApi()) {
            ApiWriter writer = new ApiWriter(api.client(), 1, () -> true, new SimpleMeterRegistry());
            api.answers(write -> {
                writer.close();
                return 503;
            });

            assertThat(write(writer, "first").get(10, TimeUnit.SECONDS).isDropped())
                    .isTrue();

            assertThat(api.writes()).hasSize(1);
        }
    }

    @Test
    void aClientThatThrowsAtOnceHasGivenNoAnswer() throws Exception {
        try (StubApi api = new StubApi()) {
            ApiWriter writer = new ApiWriter(api.client(), 1, () -> true, new SimpleMeterRegistry());
            api.client().close();

            assertThat(write(writer, "first").get(10, TimeUnit.SECONDS).code()).isZero();

            await().until(writer::isIdle);
        }
    }

    private static CompletableFuture<ApiWriter.Answer> write(ApiWriter writer, String path) {
        return writer.urgently(ApiWriter.Kind.EVENT, "POST", "/" + path, ApiWriter.JSON, "{}");
    }
}
