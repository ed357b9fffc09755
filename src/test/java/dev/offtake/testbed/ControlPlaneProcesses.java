package dev.offtake.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The child processes of one control plane: how each is called, in which order they start, when each is ready. */
final class ControlPlaneProcesses {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final String LOOPBACK = "127.0.0.1";
    private static final String CONTROLLERS = String.join(
            ",",
            "job-controller",
            "garbage-collector-controller",
            "namespace-controller",
            "serviceaccount-controller",
            "ttl-after-finished-controller",
            "pod-garbage-collector-controller",
            "disruption-controller",
            // Fills the roles admin, edit and view, which tenants have.
            "clusterrole-aggregation-controller",
            "statefulset-controller",
            "replicaset-controller",
            "deployment-controller",
            "daemonset-controller");

    private final Binaries binaries;
    private final Scratch scratch;
    private final Path logs;
    private final Reaper reaper;
    private final Credentials credentials;
    private final Probe probe = new Probe();
    private final Map<String, Daemon> daemons = new LinkedHashMap<>();
    private String server = "";

    private ControlPlaneProcesses(
            Binaries binaries, Scratch scratch, Path logs, Reaper reaper, Credentials credentials) {
        this.binaries = binaries;
        this.scratch = scratch;
        this.logs = logs;
        this.reaper = reaper;
        this.credentials = credentials;
    }

    /**
     * Starts all processes and waits until they are ready.
     *
     * @param apiServerFlags more flags of kube-apiserver
     * @throws IOException if one of them does not come up; those that did are stopped
     */
    static ControlPlaneProcesses start(
            Binaries binaries,
            Scratch scratch,
            Path logs,
            Reaper reaper,
            Credentials credentials,
            List<String> apiServerFlags)
            throws IOException {
        ControlPlaneProcesses processes = new ControlPlaneProcesses(binaries, scratch, logs, reaper, credentials);
        try {
            processes.startApiServer(processes.startEtcd(), apiServerFlags);
            if (binaries.hasSchedulerAndControllers()) {
                processes.startSchedulerAndControllers();
            }
            return processes;
        } catch (IOException | RuntimeException e) {
            processes.stop();
            throw e;
        }
    }

    String server() {
        return server;
    }

    Path certificate() {
        return scratch.resolve("certificates").resolve("apiserver.crt");
    }

    Path auditLog() {
        return scratch.resolve("audit.log");
    }

    /** Process ids by the name of the program. */
    Map<String, Long> pids() {
        Map<String, Long> pids = new LinkedHashMap<>();
        daemons.forEach((name, daemon) -> pids.put(name, daemon.pid()));
        return pids;
    }

    List<String> dead() {
        return daemons.values().stream()
                .filter(daemon -> !daemon.isAlive())
                .map(Daemon::name)
                .toList();
    }

    void stop() {
        List<Daemon> last = new ArrayList<>(daemons.values());
        java.util.Collections.reverse(last);
        last.forEach(Daemon::stop);
    }

    private String startEtcd() throws IOException {
        String client = "http://" + LOOPBACK + ":" + FreePorts.next();
        String peer = "http://" + LOOPBACK + ":" + FreePorts.next();
        // The name tells our etcd from one that took the port a moment before.
        String name = scratch.directory().getFileName() + "-" + client.substring(client.lastIndexOf(':') + 1);
        Path data = scratch.resolve("etcd-" + client.substring(client.lastIndexOf(':') + 1));
        Daemon etcd = launch(
                "etcd",
                List.of(
                        "--name=" + name,
                        "--data-dir=" + data,
                        "--listen-client-urls=" + client,
                        "--advertise-client-urls=" + client,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=" + name + "=" + peer,
                        "--unsafe-no-fsync",
                        "--quota-backend-bytes=8589934592",
                        "--log-level=warn"));
        etcd.awaitReady(
                () -> probe.post(client + "/v3/cluster/member/list", "{}")
                        .filter(members -> members.contains(name))
                        .isPresent(),
                START_LIMIT);
        return client;
    }

    private void startApiServer(String etcd, List<String> more) throws IOException {
        int port = FreePorts.next();
        server = "https://" + LOOPBACK + ":" + port;
        List<String> flags = new ArrayList<>(auditFlags());
        flags.addAll(more);
        flags.addAll(List.of(
                "--etcd-servers=" + etcd,
                "--bind-address=" + LOOPBACK,
                "--advertise-address=" + LOOPBACK,
                "--secure-port=" + port,
                "--cert-dir=" + certificate().getParent(),
                "--authorization-mode=RBAC",
                "--token-auth-file=" + credentials.tokenFile(),
                "--enable-admission-plugins=NodeRestriction",
                // Nobody here mounts tokens, and nodes are made by hand.
                "--disable-admission-plugins=ServiceAccount,TaintNodesByCondition",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-signing-key-file=" + credentials.privateKey(),
                "--service-account-key-file=" + credentials.publicKey(),
                "--service-cluster-ip-range=10.0.0.0/24",
                "--endpoint-reconciler-type=none",
                "--allow-privileged=true",
                "--delete-collection-workers=8",
                "--profiling=" + Boolean.getBoolean("controlplane.profiling")));
        Daemon apiServer = launch("kube-apiserver", flags);
        Map<String, String> asAdmin = Map.of("Authorization", "Bearer " + credentials.token(Credentials.ADMIN));
        apiServer.awaitReady(() -> probe.isOk(server + "/readyz", asAdmin), START_LIMIT);
    }

    private List<String> auditFlags() throws IOException {
        if (!Boolean.parseBoolean(System.getProperty("controlplane.audit", "true"))) {
            return List.of();
        }
        Path policy = Files.writeString(scratch.resolve("audit-policy.yaml"), AuditLog.POLICY);
        return List.of("--audit-policy-file=" + policy, "--audit-log-path=" + auditLog(), "--audit-log-maxsize=2000");
    }

    private void startSchedulerAndControllers() throws IOException {
        Path schedulerConfig =
                Files.writeString(scratch.resolve("scheduler.yaml"), """
                apiVersion: kubescheduler.config.k8s.io/v1
                kind: KubeSchedulerConfiguration
                leaderElection:
                  leaderElect: false
                clientConnection:
                  kubeconfig: %s
                  qps: 1000
                  burst: 2000
                """.formatted(kubeconfig(Credentials.SCHEDULER)));
        int schedulerPort = FreePorts.next();
        int controllersPort = FreePorts.next();
        Daemon scheduler = launch(
                "kube-scheduler",
                concat(
                        List.of("--config=" + schedulerConfig),
                        serving(schedulerPort, kubeconfig(Credentials.SCHEDULER))));
        Daemon controllers = launch(
                "kube-controller-manager",
                concat(
                        List.of(
                                "--kubeconfig=" + kubeconfig(Credentials.CONTROLLERS),
                                "--use-service-account-credentials",
                                "--leader-elect=false",
                                "--controllers=" + CONTROLLERS,
                                "--kube-api-qps=1000",
                                "--kube-api-burst=2000"),
                        serving(controllersPort, kubeconfig(Credentials.CONTROLLERS))));
        scheduler.awaitReady(() -> isReady(schedulerPort, "/readyz"), START_LIMIT);
        controllers.awaitReady(() -> isReady(controllersPort, "/healthz"), START_LIMIT);
    }

    private boolean isReady(int port, String path) {
        return probe.isOk("https://" + LOOPBACK + ":" + port + path, Map.of());
    }

    private static List<String> serving(int port, Path kubeconfig) {
        return List.of(
                "--bind-address=" + LOOPBACK,
                "--secure-port=" + port,
                "--authentication-kubeconfig=" + kubeconfig,
                "--authorization-kubeconfig=" + kubeconfig);
    }

    private Path kubeconfig(String user) throws IOException {
        return Kubeconfig.of(server, certificate(), credentials.token(user))
                .write(scratch.resolve(user.replace(':', '-') + ".kubeconfig"));
    }

    private Daemon launch(String program, List<String> arguments) throws IOException {
        Daemon daemon = Daemon.start(binaries.path(program), arguments, logs, reaper);
        daemons.put(program, daemon);
        return daemon;
    }

    private static List<String> concat(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
