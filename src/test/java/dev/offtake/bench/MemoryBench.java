package dev.offtake.bench;

import dev.offtake.scenario.OperatorJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Resident memory with a thousand nodes and ten thousand pods, of which eight thousand are bound. */
@Tag("bench")
class MemoryBench {
    private final int pods = Settings.number("memory.pods", 10_000);
    private final int gpus = pods * 8 / 10;
    private Site site;

    @BeforeEach
    void begin() {
        site = new Site(gpus);
        site.load().nodes(Site.nodes(gpus));
    }

    @AfterEach
    void end() {
        if (site != null) {
            site.close();
        }
    }

    @Test
    void ofAThousandNodesAndTenThousandPods() throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("java.home"));
        Table table = new Table(
                "memory, " + gpus / 8 + " nodes, " + pods + " pods, " + String.join(" ", Settings.flags()),
                "",
                "RSS MiB",
                "peak MiB",
                "start to ready ms");
        try (OperatorJvm operator = OperatorJvm.start(site.controlPlane(), home, Settings.flags());
                Bound bound = site.load().bound(Site.CONTRACTED)) {
            site.load().pods(Site.CONTRACTED, pods);
            bound.await(gpus, Duration.ofSeconds(60));
            Measure.settled(site.controlPlane());
            row(table, "after it placed them", operator);
        }
        try (OperatorJvm operator = OperatorJvm.start(site.controlPlane(), home, Settings.flags())) {
            Measure.settled(site.controlPlane());
            row(table, "after a restart", operator);
        }
        table.print();
    }

    private static void row(Table table, String name, OperatorJvm operator) throws IOException {
        table.row(
                name,
                String.valueOf(operator.rssMib()),
                String.valueOf(operator.peakRssMib()),
                String.valueOf(operator.startToReady().toMillis()));
    }
}
