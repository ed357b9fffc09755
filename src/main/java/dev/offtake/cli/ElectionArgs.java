package dev.offtake.cli;

import dev.offtake.operator.process.ElectionOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How one leader is chosen among replicas. */
final class ElectionArgs {
    @Option(
            names = "--leader-elect",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "true",
            description = {
                "Whether replicas elect a leader by a Lease. Switch off only where one process runs. Default: true.",
                "Environment: OFFTAKE_LEADER_ELECT"
            })
    private boolean enabled = true;

    @Option(
            names = "--identity",
            paramLabel = "<name>",
            description = {
                "Name of this candidate, different for each process; the name of the pod lets a restarted container"
                        + " lead again at once. Default: host name and a random number.",
                "Environment: OFFTAKE_IDENTITY"
            })
    private @Nullable String identity;

    @Option(
            names = "--lease-name",
            paramLabel = "<name>",
            defaultValue = "offtake-operator",
            description = {"Name of the Lease. Default: ${DEFAULT-VALUE}.", "Environment: OFFTAKE_LEASE_NAME"})
    private String leaseName = "";

    @Option(
            names = "--lease-duration",
            paramLabel = "<duration>",
            defaultValue = "15s",
            description = {
                "How long others leave a lease alone that is not renewed; whole seconds. Default: ${DEFAULT-VALUE}.",
                "Environment: OFFTAKE_LEASE_DURATION"
            })
    private Duration leaseDuration = Duration.ZERO;

    @Option(
            names = "--renew-deadline",
            paramLabel = "<duration>",
            defaultValue = "10s",
            description = {
                "How long the leader goes on without a renewal; shorter than the lease. Default: ${DEFAULT-VALUE}.",
                "Environment: OFFTAKE_RENEW_DEADLINE"
            })
    private Duration renewDeadline = Duration.ZERO;

    @Option(
            names = "--retry-period",
            paramLabel = "<duration>",
            defaultValue = "2s",
            description = {
                "Time between two attempts to renew or to take the lease. Default: ${DEFAULT-VALUE}.",
                "Environment: OFFTAKE_RETRY_PERIOD"
            })
    private Duration retryPeriod = Duration.ZERO;

    ElectionOptions options() {
        return new ElectionOptions(
                enabled, identity == null ? unique() : identity, leaseName, leaseDuration, renewDeadline, retryPeriod);
    }

    private static String unique() {
        return host() + "_" + UUID.randomUUID().toString().substring(0, 8);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "offtake";
        }
    }
}
