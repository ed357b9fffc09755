package dev.offtake.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the kube-scheduler refused of late to one gang, or to the pods of one maker: on which nodes, and in which words.
 *
 * <p>Its words are not understood, so that nobody can tell when their cause is gone: a node that refused is avoided for
 * a while, which doubles with each refusal. A gang that many nodes refused one after another most likely lacks something
 * that none of them has, such as a volume; it rests before it takes the place of others again.
 */
final class Refusals {
    /** How long a node is avoided after the first refusal. */
    static final Duration FIRST = Duration.ofMinutes(1);
    /** The longest that a node is avoided, or that a gang rests. */
    static final Duration MOST = Duration.ofMinutes(15);
    /** Refusals one after another, before a gang rests. */
    static final int QUICK = 10;

    private final TreeMap<String, Instant> until = new TreeMap<>();
    private Optional<Instant> rest = Optional.empty();
    private Instant last = Instant.EPOCH;
    private int rounds;
    private String words = "";

    /** What is refused to several pods at about the same time counts once. */
    void add(Collection<String> nodes, String said, Instant now) {
        if (rounds == 0 || !now.isBefore(last.plus(Scheduler.REFUSAL_GRACE))) {
            rounds++;
        }
        last = now;
        words = said;
        Instant avoided = now.plus(doubled(rounds - 1));
        nodes.forEach(node -> until.put(node, avoided));
        if (rounds > QUICK) {
            rest = Optional.of(now.plus(doubled(rounds - QUICK - 1)));
        }
    }

    private static Duration doubled(int times) {
        // Beyond that it is longer than the longest in any case.
        Duration duration = FIRST.multipliedBy(1L << Math.min(times, 10));
        return duration.compareTo(MOST) < 0 ? duration : MOST;
    }

    /** The nodes to avoid now, in the order of their names. */
    Set<String> nodes() {
        return Collections.unmodifiableSet(until.keySet());
    }

    /** Whether no place is to be sought at all for now. */
    boolean isResting() {
        return rest.isPresent();
    }

    /** What a gang is told to which that was refused: in the words that were said last. */
    Reason reason() {
        return Reason.of(Reason.Code.REFUSED_BY_SCHEDULER, "node", String.join(",", until.keySet()), "words", words);
    }

    /** Forgets what is over; answers whether there was anything. */
    boolean expire(Instant now) {
        boolean any = until.values().removeIf(end -> !now.isBefore(end));
        if (rest.filter(end -> !now.isBefore(end)).isPresent()) {
            rest = Optional.empty();
            any = true;
        }
        return any;
    }

    /** The node is another one now; answers whether it was avoided. */
    boolean forget(String node) {
        return until.remove(node) != null;
    }

    /** When {@link #expire} has something to do next. */
    Optional<Instant> due() {
        return until.isEmpty() ? rest : Earliest.of(rest, Optional.of(Collections.min(until.values())));
    }

    /** Whether it has been so long that the next refusal may count as the first. */
    boolean isOld(Instant now) {
        return !now.isBefore(last.plus(MOST.multipliedBy(2)));
    }
}
