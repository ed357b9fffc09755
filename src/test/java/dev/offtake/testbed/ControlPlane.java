package dev.offtake.testbed;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A running Kubernetes control plane without kubelets: etcd, kube-apiserver and, where they were built, kube-scheduler
 * and kube-controller-manager, each as its real user. One for each test JVM; it ends with the JVM.
 *
 * <p>Logs of the processes are in {@code target/controlplane}, in a folder for each JVM that Maven runs tests in.
 */
public final class ControlPlane implements AutoCloseable {
    private static final int START_ATTEMPTS = 3;
    private static final Duration TOKEN_LIFE = Duration.ofHours(2);

    private final Binaries binaries;
    private final Scratch scratch;
    private final ControlPlaneProcesses processes;
    private final Credentials credentials;
    private final Map<Kubeconfig, KubernetesClient> clients = new ConcurrentHashMap<>();
    private final Map<Kubeconfig, Path> files = new ConcurrentHashMap<>();
    private final Queue<TestKubelet> kubelets = new ConcurrentLinkedQueue<>();
    private final AtomicInteger fileCount = new AtomicInteger();
    private final Reaper reaper;

    private ControlPlane(
            Binaries binaries,
            Scratch scratch,
            ControlPlaneProcesses processes,
            Credentials credentials,
            Reaper reaper) {
        this.reaper = reaper;
        this.binaries = binaries;
        this.scratch = scratch;
        this.processes = processes;
        this.credentials = credentials;
    }

    /** Starts at the first use; a start that failed is not tried again in this JVM. */
    private static final class Shared {
        private static final @Nullable ControlPlane INSTANCE;
        private static final String FAILURE;

        static {
            @Nullable ControlPlane started = null;
            String failure = "";
            try {
                ControlPlane shared = start(".", List.of());
                Runtime.getRuntime().addShutdownHook(new Thread(shared::close, "testbed-stop"));
                started = shared;
            } catch (IOException | RuntimeException e) {
                failure = e.toString();
            }
            INSTANCE = started;
            FAILURE = failure;
        }
    }

    /**
     * The control plane of this JVM, started at the first call.
     *
     * @throws IllegalStateException if it cannot be started; the message says what is missing
     */
    public static ControlPlane get() {
        ControlPlane shared = Shared.INSTANCE;
        if (shared == null) {
            throw new IllegalStateException("no control plane: " + Shared.FAILURE);
        }
        List<String> dead = shared.processes.dead();
        if (!dead.isEmpty()) {
            throw new IllegalStateException(dead + " of the control plane ended, see target/controlplane");
        }
        return shared;
    }

    /** The kubelet ends before the API server that it talks to. */
    void beforeStop(TestKubelet kubelet) {
        kubelets.add(kubelet);
    }

    /** A process of a test, which is killed at the latest when the test JVM is gone. */
    public void endsToo(Process process) {
        reaper.watch(process);
    }

    /**
     * One of its own for a test that changes what all others count on; the caller closes it.
     *
     * @param apiServerFlags more flags of kube-apiserver, such as {@code --runtime-config=...}
     */
    public static ControlPlane another(String... apiServerFlags) {
        try {
            return start("another", List.of(apiServerFlags));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ControlPlane start(String folder, List<String> apiServerFlags) throws IOException {
        Binaries binaries = Binaries.find();
        Scratch scratch = Scratch.create();
        Reaper reaper = Reaper.start(scratch.directory());
        Credentials credentials = Credentials.create(scratch);
        Path logs = Path.of(System.getProperty("basedir", ""))
                .resolve(System.getProperty("controlplane.logs", "target/controlplane"))
                .resolve(folder);
        IOException last = new IOException("not tried");
        for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
            try {
                return new ControlPlane(
                        binaries,
                        scratch,
                        ControlPlaneProcesses.start(binaries, scratch, logs, reaper, credentials, apiServerFlags),
                        credentials,
                        reaper);
            } catch (IOException e) {
                // Most likely somebody else took a port in between.
                last = e;
            }
        }
        reaper.close();
        throw last;
    }

    @Override
    public void close() {
        kubelets.forEach(TestKubelet::close);
        clients.values().forEach(KubernetesClient::close);
        processes.stop();
        try {
            reaper.close();
        } catch (IOException e) {
            System.err.println("test bed: " + e.getMessage());
        }
    }

    /** Whether there are kube-scheduler and kube-controller-manager, or only the API server. */
    public boolean hasSchedulerAndControllers() {
        return binaries.hasSchedulerAndControllers();
    }

    /** URL of the API server. */
    public String server() {
        return processes.server();
    }

    /** Version of Kubernetes without {@code v}. */
    public String version() {
        return Binaries.version();
    }

    /** Process ids by program: {@code etcd}, {@code kube-apiserver}, {@code kube-scheduler}, and so on. */
    public Map<String, Long> pids() {
        return processes.pids();
    }

    /** Stops kube-scheduler for a while: what is released meanwhile is not bound. For one test at a time. */
    public Paused pauseScheduler() {
        return Paused.of(processes.pids().get("kube-scheduler"));
    }

    /** Stops kube-controller-manager for a while: nobody does what Jobs ask for. For one test at a time. */
    public Paused pauseControllers() {
        return Paused.of(processes.pids().get("kube-controller-manager"));
    }

    /** A member of {@code system:masters}. Shared: do not close. */
    public KubernetesClient adminClient() {
        return client(admin());
    }

    /** Acts as a user by impersonation: RBAC and admission see that user and groups. Shared: do not close. */
    public KubernetesClient clientAs(String user, String... groups) {
        return client(admin().as(user, Arrays.asList(groups)));
    }

    /** Has a token of a service account that exists. Shared: do not close. */
    public KubernetesClient serviceAccountClient(String namespace, String name) {
        return client(serviceAccount(namespace, name));
    }

    /** An own client, with own connections, for code that closes or measures it: the caller closes it. */
    public KubernetesClient newAdminClient() {
        return admin().open();
    }

    /** An own client with a token of a service account that exists: the caller closes it. */
    public KubernetesClient newServiceAccountClient(String namespace, String name) {
        return serviceAccount(namespace, name).open();
    }

    /** A kubeconfig file of the administrator. */
    public Path kubeconfig() {
        return file(admin());
    }

    /** A kubeconfig file that acts as a user by impersonation. */
    public Path kubeconfig(String user, String... groups) {
        return file(admin().as(user, Arrays.asList(groups)));
    }

    /** A kubeconfig file with a token of a service account that exists, for a process to be tested. */
    public Path serviceAccountKubeconfig(String namespace, String name) {
        return file(serviceAccount(namespace, name));
    }

    /** Flags of a JVM that finds the API server as in a pod of a service account: {@link Kubeconfig#inPod}. */
    public List<String> inPod(String namespace, String name, Path folder, Path written) throws IOException {
        return serviceAccount(namespace, name).inPod(folder, written);
    }

    /** Runs kubectl as the administrator. */
    public CommandResult kubectl(String... arguments) {
        return kubectlCommand(kubeconfig()).run(arguments);
    }

    /** Runs kubectl as the administrator with a manifest on its standard input: {@code apply -f -}. */
    public CommandResult kubectlApply(String manifest) {
        return kubectlCommand(kubeconfig()).withStdin(manifest).run("apply", "-f", "-");
    }

    /** kubectl with one of the kubeconfig files above, to be run with arguments. */
    public Command kubectlCommand(Path kubeconfig) {
        return Command.of(binaries.path("kubectl"))
                .withEnvironment("KUBECONFIG", kubeconfig.toString())
                .withEnvironment(
                        "KUBECACHEDIR", scratch.resolve("kubectl-cache").toString());
    }

    /** For a test on a control plane of its own; the caller closes it. */
    public Sandbox newSandbox() {
        return new Sandbox(this);
    }

    /** All metrics of the API server in the text format of Prometheus. */
    public String apiServerMetrics() {
        return adminClient().raw("/metrics");
    }

    /** How many requests the API server has answered up to now. */
    public RequestCounts requestCounts() {
        return RequestCounts.parse(apiServerMetrics());
    }

    /**
     * Who asked for what. Costs the API server a little: benchmarks switch it off by {@code -Dcontrolplane.audit=false}.
     */
    public AuditLog audit() {
        return new AuditLog(processes.auditLog());
    }

    /** CPU time that each process has used since its start, by program. */
    public Map<String, Duration> cpuTimes() {
        Map<String, Duration> times = new TreeMap<>();
        pids().forEach((name, pid) -> ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .ifPresent(time -> times.put(name, time)));
        return times;
    }

    private Kubeconfig admin() {
        return Kubeconfig.of(processes.server(), processes.certificate(), credentials.token(Credentials.ADMIN));
    }

    private Kubeconfig serviceAccount(String namespace, String name) {
        String token = adminClient()
                .serviceAccounts()
                .inNamespace(namespace)
                .withName(name)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(TOKEN_LIFE.toSeconds())
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
        return Kubeconfig.of(processes.server(), processes.certificate(), token);
    }

    private KubernetesClient client(Kubeconfig kubeconfig) {
        return clients.computeIfAbsent(kubeconfig, Kubeconfig::open);
    }

    private Path file(Kubeconfig kubeconfig) {
        return files.computeIfAbsent(kubeconfig, key -> {
            try {
                return key.write(scratch.resolve("user-" + fileCount.incrementAndGet() + ".kubeconfig"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
