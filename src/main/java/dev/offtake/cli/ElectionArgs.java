package dev.offtake.cli;

import dev.offtake.operator.process.ElectionOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.UUID;

/** How one leader is chosen among replicas. */
final class ElectionArgs extends OptionGroup {
    private final Option<Boolean> enabled = switchedOn(
            "--leader-elect",
            "Whether replicas elect a leader by a Lease. Switch off only where one process runs." + " Default: true.");

    private final Option<String> identity = option(
            String.class,
            "--identity",
            "<name>",
            "Name of this candidate, different for each process; the name of the pod lets a restarted container"
                    + " lead again at once. Default: host name and a random number.");

    private final Option<String> leaseName = option(
            String.class,
            "--lease-name",
            "<name>",
            "offtake-operator",
            "Name of the Lease. Default: ${DEFAULT-VALUE}.");

    private final Option<Duration> leaseDuration = option(
            Duration.class,
            "--lease-duration",
            "<duration>",
            "15s",
            "How long others leave a lease alone that is not renewed; whole seconds, at most 24h."
                    + " Default: ${DEFAULT-VALUE}.");

    private final Option<Duration> renewDeadline = option(
            Duration.class,
            "--renew-deadline",
            "<duration>",
            "10s",
            "How long the leader goes on without a renewal; shorter than the lease." + " Default: ${DEFAULT-VALUE}.");

    private final Option<Duration> retryPeriod = option(
            Duration.class,
            "--retry-period",
            "<duration>",
            "2s",
            "Time between two attempts to renew or to take the lease. Default: ${DEFAULT-VALUE}.");

    ElectionOptions options() {
        return new ElectionOptions(
                enabled.value(),
                identity.given().orElseGet(ElectionArgs::unique),
                leaseName.value(),
                leaseDuration.value(),
                renewDeadline.value(),
                retryPeriod.value());
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
