package dev.offtake.bench;

import dev.offtake.scenario.OperatorJvm;
import dev.offtake.testbed.RequestCounts;
import io.fabric8.kubernetes.api.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Lone one-GPU pods until they are bound: by contract, and the same pods by the bare kube-scheduler. */
@Tag("bench")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ThroughputBench {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int pods = Settings.number("pods", 4_000);
    private final int rounds = Settings.number("rounds", 1);
    private final List<Node> nodes = Site.nodes(pods);
    private Site site;

    /** One load of so many pods in one namespace. */
    private interface Run {
        Duration in(String namespace, int count) throws InterruptedException;
    }

    @BeforeAll
    void start() {
        site = new Site(pods);
    }

    @AfterAll
    void stop() {
        if (site != null) {
            site.close();
        }
    }

    @Test
    void fromTheFirstCreateToTheLastBinding() throws Exception {
        site.load().nodes(nodes);
        try {
            rounds("pods created on free nodes", this::create);
        } finally {
            site.removeNodes();
        }
    }

    @Test
    void fromTheFirstNodeToTheLastBindingOfPodsThatAllWait() throws Exception {
        try {
            rounds("nodes added to waiting pods", this::appear);
        } finally {
            site.removeNodes();
        }
    }

    private Duration create(String namespace, int count) throws InterruptedException {
        try (Bound bound = site.load().bound(namespace)) {
            long start = System.nanoTime();
            site.load().pods(namespace, count);
            return Duration.ofNanos(bound.await(count, PATIENCE) - start);
        }
    }

    private Duration appear(String namespace, int count) throws InterruptedException {
        site.load().pods(namespace, count);
        Measure.settled(site.controlPlane());
        try (Bound bound = site.load().bound(namespace)) {
            long start = System.nanoTime();
            site.load().nodes(nodes.subList(0, (count * nodes.size() + pods - 1) / pods));
            return Duration.ofNanos(bound.await(count, PATIENCE) - start);
        }
    }

    private void rounds(String title, Run run) throws InterruptedException, IOException {
        for (int round = 1; round <= rounds; round++) {
            warmUp(run, Site.BARE);
            Measure bare = measure(run, Site.BARE, Optional.empty());
            try (OperatorJvm operator = OperatorJvm.start(
                    site.controlPlane(), Path.of(System.getProperty("java.home")), Settings.flags())) {
                warmUp(run, Site.CONTRACTED);
                Duration before = operator.cpu();
                Measure contracted = measure(run, Site.CONTRACTED, Optional.of(operator));
                print(title + ", round " + round, bare, contracted, operator, before);
            }
        }
    }

    private void warmUp(Run run, String namespace) throws InterruptedException {
        measure(run, namespace, Math.min(pods, Settings.number("warmup", 1_000)), Optional.empty());
    }

    private Measure measure(Run run, String namespace, Optional<OperatorJvm> operator) throws InterruptedException {
        return measure(run, namespace, pods, operator);
    }

    private Measure measure(Run run, String namespace, int count, Optional<OperatorJvm> operator)
            throws InterruptedException {
        Measure.settled(site.controlPlane());
        Measure.Begin begin = new Measure.Begin(site.controlPlane(), operator);
        Measure measure = begin.end(count, run.in(namespace, count));
        site.load().removePods(namespace);
        Measure.settled(site.controlPlane());
        if (measure.requests().count(k -> k.isWrite() && k.resource().equals("nodes")) > 0) {
            site.removeNodes();
        }
        return measure;
    }

    private static void print(String title, Measure bare, Measure contracted, OperatorJvm operator, Duration warm)
            throws IOException {
        Table table = new Table(bare.pods() + " " + title, "", "bare", "contract", "ratio");
        row(table, "pods/s", bare.podsPerSecond(), contracted.podsPerSecond());
        row(table, "writes per pod, without Events", writes(bare), writes(contracted));
        TreeSet<String> kinds = new TreeSet<>(kinds(bare.requests()));
        kinds.addAll(kinds(contracted.requests()));
        for (String kind : kinds) {
            row(table, "  " + kind, requests(bare, kind), requests(contracted, kind));
        }
        for (String program : contracted.cpu().keySet()) {
            row(table, "CPU ms/pod " + program, bare.cpuMillisPerPod(program), contracted.cpuMillisPerPod(program));
        }
        row(
                table,
                "wall ms/pod in admission policies",
                bare.policySeconds() * 1e3 / bare.pods(),
                contracted.policySeconds() * 1e3 / contracted.pods());
        double share = contracted.cpuMillisPerPod(Measure.OPERATOR) / contracted.cpuMillisPerPod("kube-apiserver");
        table.row("operator's CPU / API server's", "", Table.number(share), "");
        table.row("operator's CPU before, s", "", Table.number(warm.toMillis() / 1e3), "");
        table.row("operator's RSS now, MiB", "", String.valueOf(operator.rssMib()), "");
        table.row("operator's peak RSS, MiB", "", String.valueOf(operator.peakRssMib()), "");
        table.print();
    }

    private static double writes(Measure measure) {
        return measure.perPod(
                measure.requests().count(k -> k.isWrite() && k.resource().equals("pods")));
    }

    private static TreeSet<String> kinds(RequestCounts requests) {
        TreeSet<String> kinds = new TreeSet<>();
        requests.toString().lines().forEach(line -> {
            String key = line.substring(0, line.lastIndexOf(':'));
            if (requests.count(k -> k.toString().equals(key)) >= 100) {
                kinds.add(key);
            }
        });
        return kinds;
    }

    private static double requests(Measure measure, String kind) {
        return measure.perPod(measure.requests().count(k -> k.toString().equals(kind)));
    }

    private static void row(Table table, String name, double bare, double contracted) {
        table.row(name, Table.number(bare), Table.number(contracted), bare == 0 ? "" : Table.number(contracted / bare));
    }
}
