package dev.offtake.operator.process;

import java.time.Duration;

/**
 * How one leader is chosen among replicas.
 *
 * @param enabled false: there is one replica, it always leads
 * @param identity name of this candidate, different for each process
 * @param leaseName name of the Lease object
 * @param leaseDuration how long others leave a lease that is not renewed alone; whole seconds, at most 24 h
 * @param renewDeadline how long the leader goes on without a successful renewal; shorter than the lease
 * @param retryPeriod time between two attempts to renew or to take the lease; less than half of the deadline
 */
public record ElectionOptions(
        boolean enabled,
        String identity,
        String leaseName,
        Duration leaseDuration,
        Duration renewDeadline,
        Duration retryPeriod) {

    /** A Lease has 32 bits for its seconds, fewer than the option can say. */
    private static final Duration LONGEST_LEASE = Duration.ofHours(24);

    private static final Duration SHORTEST_RETRY = Duration.ofMillis(100);

    /**
     * Checks the durations against each other.
     *
     * @throws IllegalArgumentException if they do not fit; the message names the option, the value and the fix
     */
    public ElectionOptions {
        if (identity.isBlank()) {
            throw new IllegalArgumentException(
                    "--identity: must not be blank; leave it out for host name and a number");
        }
        if (leaseName.isBlank()) {
            throw new IllegalArgumentException("--lease-name: must not be blank; leave it out for offtake-operator");
        }
        if (leaseDuration.toSeconds() < 1 || leaseDuration.toNanosPart() != 0) {
            throw new IllegalArgumentException(
                    "--lease-duration: " + leaseDuration.toMillis() + "ms is not whole seconds; use for example 15s");
        }
        if (leaseDuration.compareTo(LONGEST_LEASE) > 0) {
            throw new IllegalArgumentException("--lease-duration: " + leaseDuration.toMillis()
                    + "ms is too long, as nobody leads for so long after a crash; use at most "
                    + LONGEST_LEASE.toHours() + "h");
        }
        if (retryPeriod.compareTo(SHORTEST_RETRY) < 0) {
            throw new IllegalArgumentException("--retry-period: " + retryPeriod.toMillis()
                    + "ms is too short; use at least " + SHORTEST_RETRY.toMillis() + "ms");
        }
        if (renewDeadline.compareTo(leaseDuration) >= 0) {
            throw new IllegalArgumentException("--renew-deadline: " + renewDeadline.toMillis()
                    + "ms must be shorter than --lease-duration (" + leaseDuration.toMillis()
                    + "ms), or two replicas could lead at once");
        }
        if (retryPeriod.plus(retryPeriod).compareTo(renewDeadline) >= 0) {
            throw new IllegalArgumentException("--retry-period: " + retryPeriod.toMillis()
                    + "ms must be less than half of --renew-deadline (" + renewDeadline.toMillis()
                    + "ms), or one lost request ends the leadership");
        }
    }

    /**
     * How long after its last successful renewal a leader may still write: one retry period less than the deadline,
     * so that a write that has just begun ends before somebody else leads.
     */
    Duration writeFence() {
        return renewDeadline.minus(retryPeriod);
    }

    /** Longest wait for one request about the lease: a second attempt must fit into the deadline. */
    Duration requestTimeout() {
        return retryPeriod;
    }
}
