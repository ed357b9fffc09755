package dev.offtake.operator.decide;

import dev.offtake.operator.act.Owner;
import dev.offtake.operator.act.RollBacks;
import dev.offtake.operator.act.Suspensions;
import dev.offtake.operator.observe.SeenPod;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.PodFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pods that stay although their gang has to go, as nobody deletes them: a Job that is suspended may be managed by another
 * controller, or be resumed before its own has seen it, and one that is deleted may be kept by a finalizer. They are
 * deleted by the operator then, as what is lent must come back whatever its borrower does. Only the loop touches it.
 */
final class Stragglers {
    private static final Logger LOG = LoggerFactory.getLogger(Stragglers.class);

    /**
     * How long who should delete them has for it. A Job is charged for what the operator deletes, and its controller may
     * only be about to be replaced by another one.
     */
    private static final Duration LONGEST = Duration.ofSeconds(40);

    private static final Duration SHORTEST = Duration.ofSeconds(2);

    /** Of a notice no more than a third is waited: they are to be gone by its end. */
    private static final int PART_OF_NOTICE = 3;

    /** Against whoever resumes a Job at once no more is done about it. */
    private static final int MOST_SUSPENSIONS = 3;

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Caches caches;
    private final GangBook book;
    private final RollBacks rollBacks;
    private final Suspensions suspensions;
    private final Map<GangId, Watch> watched = new HashMap<>();

    private static final class Watch {
        private final Optional<Instant> deadline;
        /** Empty until it is looked at for the first time. */
        private @Nullable Instant nextLook;

        private final Set<String> deleted = new HashSet<>();
        private int suspensions = 1;

        private Watch(Optional<Instant> deadline) {
            this.deadline = deadline;
        }
    }

    Stragglers(Caches caches, GangBook book, RollBacks rollBacks, Suspensions suspensions) {
        this.caches = caches;
        this.book = book;
        this.rollBacks = rollBacks;
        this.suspensions = suspensions;
    }

    /** The pods of a gang are to go from now on. */
    void watch(GangId gang, Optional<Instant> deadline) {
        Watch before = watched.get(gang);
        if (before == null || (deadline.isPresent() && !before.deadline.equals(deadline))) {
            watched.put(gang, new Watch(deadline));
        }
    }

    /** They have gone, or need not go any more. */
    void end(GangId gang) {
        watched.remove(gang);
    }

    void startAnew() {
        watched.clear();
    }

    /** Pods of a gang that hold GPUs, and of which nobody has said that they end. */
    List<SeenPod> of(GangId gang) {
        return of(caches.podsOf(gang));
    }

    private static List<SeenPod> of(Collection<SeenPod> pods) {
        return pods.stream()
                .filter(pod -> pod.isOnNode() && pod.facts().state() != PodFacts.State.TERMINATING)
                .toList();
    }

    /** It is suspended again if that may cost its pods less than a deletion. */
    void resumedByOthers(GangId gang) {
        Watch watch = watched.get(gang);
        Optional<Owner> job = book.job(gang);
        if (watch != null && job.isPresent() && !of(gang).isEmpty() && watch.suspensions < MOST_SUSPENSIONS) {
            watch.suspensions++;
            suspensions.suspendAgain(job.get());
        } else {
            suspensions.leaveToOthers(gang);
        }
    }

    /** Deletes those that have stayed for too long. */
    void check(Instant now) {
        watched.forEach((gang, watch) -> {
            if (watch.nextLook == null) {
                watch.nextLook = now.plus(patience(watch, now));
            } else if (!now.isBefore(watch.nextLook)) {
                watch.nextLook = now.plus(BETWEEN_LOOKS);
                of(gang).stream().filter(pod -> watch.deleted.add(pod.uid())).forEach(pod -> delete(pod, watch, now));
            }
        });
    }

    private static Duration patience(Watch watch, Instant now) {
        Duration part = watch.deadline
                .map(end -> Duration.between(now, end).dividedBy(PART_OF_NOTICE))
                .filter(time -> time.compareTo(LONGEST) < 0)
                .orElse(LONGEST);
        return part.compareTo(SHORTEST) < 0 ? SHORTEST : part;
    }

    private void delete(SeenPod pod, Watch watch, Instant now) {
        LOG.info(
                "pod {}/{} is deleted, as nobody else does it",
                pod.namespace(),
                pod.facts().name());
        rollBacks.remove(book.ref(pod), watch.deadline.map(end -> RollBacks.graceUntil(end, now)), now);
    }
}
