package dev.offtake.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class GaugeTableTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final GaugeTable table = new GaugeTable(registry, Catalog.POOL_USED);

    @Test
    void seriesComeChangeAndGo() {
        table.show(Map.of(List.of("east.1", "h100"), () -> 3, List.of("west", "h100"), () -> 4));
        assertThat(registry.scrape())
                .contains("offtake_pool_used_gpus{class=\"h100\",pool=\"east.1\"} 3.0")
                .contains("offtake_pool_used_gpus{class=\"h100\",pool=\"west\"} 4.0");

        table.show(Map.of(List.of("west", "h100"), () -> 5));
        assertThat(registry.scrape())
                .doesNotContain("east.1")
                .contains("offtake_pool_used_gpus{class=\"h100\",pool=\"west\"} 5.0");

        table.show(Map.of());
        assertThat(registry.scrape()).doesNotContain("offtake_pool_used_gpus");
    }

    @Test
    void aScrapeNeverMissesASeriesThatStays() throws InterruptedException {
        table.show(Map.of(List.of("east", "h100"), () -> 1));
        AtomicBoolean done = new AtomicBoolean();
        Thread shows = new Thread(() -> {
            while (!done.get()) {
                table.show(Map.of(List.of("east", "h100"), () -> 1));
            }
        });
        shows.start();
        try {
            for (int i = 0; i < 200; i++) {
                assertThat(registry.scrape()).contains("offtake_pool_used_gpus{class=\"h100\",pool=\"east\"} 1.0");
            }
        } finally {
            done.set(true);
            shows.join();
        }
    }
}
