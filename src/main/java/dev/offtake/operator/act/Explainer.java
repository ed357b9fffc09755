package dev.offtake.operator.act;

import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Reason;
import dev.offtake.translate.ReasonText;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells why gangs wait: in the status of the {@code GPUWorkload}, as one Event per change of the code, and in a
 * condition of the pods. Not at once: what is served within a moment costs no write.
 */
public final class Explainer {
    /** Pods that wait longer than this carry the condition. */
    private static final Duration POD_PATIENCE = Duration.ofSeconds(2);

    private final WorkloadRecords records;
    private final PodConditions conditions;
    private final Events events;
    private final Duration patience;
    private final Map<GangId, Waiting> waiting = new LinkedHashMap<>();
    /** When to look at which gang next, so that thousands that wait cost nothing until something is due. */
    private final NavigableSet<Look> agenda = new TreeSet<>();
    /** Gangs whose pods came or changed since the last flush. */
    private final Set<GangId> touched = new LinkedHashSet<>();
    /** Gangs whose record says why they wait, and nothing else does yet. */
    private final Set<GangId> withoutEvent = new HashSet<>();
    /** Code that was told to a pod, by uid; written from the answers of releases as well. */
    private final Map<String, String> toldPods = new ConcurrentHashMap<>();

    private static final class Waiting {
        private final Reason reason;
        /** Whether the gang has its place, and only some of its pods wait. */
        private final boolean partly;

        private final Instant due;
        private boolean told;
        /** Its record is gone, and with it what it was told; its Event is still there. */
        private boolean recordGone;

        private Optional<Look> next = Optional.empty();

        Waiting(Reason reason, boolean partly, Instant due) {
            this.reason = reason;
            this.partly = partly;
            this.due = due;
        }
    }

    private record Look(Instant at, GangId gang) implements Comparable<Look> {
        @Override
        public int compareTo(Look other) {
            int order = at.compareTo(other.at);
            return order == 0 ? gang.compareTo(other.gang) : order;
        }
    }

    /** Where the explainer looks up what a gang is now. */
    public interface Gangs {
        Optional<GangSpec> spec(GangId gang);

        /** What the gang was made from: its events are shown there. */
        Optional<Owner> owner(GangId gang);

        /** What owns the gang's record, if anything does. */
        Optional<Owner> recordOwner(GangId gang);

        /** Pods that are held and have no seat. */
        Collection<PodRef> waitingPods(GangId gang);
    }

    public Explainer(
            ApiWriter writer,
            WorkloadRecords records,
            io.fabric8.kubernetes.client.utils.KubernetesSerialization serialization,
            String identity,
            Duration patience) {
        this.records = records;
        this.patience = patience;
        conditions = new PodConditions(writer);
        events = new Events(writer, serialization, identity);
    }

    /**
     * A gang waits for another reason than before.
     *
     * @param partly whether it has its place, and only some of its pods wait
     */
    public void explain(GangId gang, Reason reason, boolean partly, Instant now) {
        Waiting before = waiting.get(gang);
        if (before != null && before.told && before.reason.equals(reason)) {
            return;
        }
        Instant due = before != null && !before.told ? before.due : now.plus(patience(reason.code()));
        drop(gang);
        Waiting wait = new Waiting(reason, partly, due);
        waiting.put(gang, wait);
        lookAt(gang, wait, Optional.of(due));
    }

    /** What was refused may be gone in a moment, as a pod that nobody makes anew. */
    private Duration patience(Reason.Code code) {
        return switch (code) {
            case REFUSED_BY_SCHEDULER -> Duration.ZERO;
            case INVALID, NEVER_FITS -> patience.dividedBy(4);
            default -> patience;
        };
    }

    private void lookAt(GangId gang, Waiting wait, Optional<Instant> at) {
        wait.next.ifPresent(agenda::remove);
        wait.next = at.map(instant -> new Look(instant, gang));
        wait.next.ifPresent(agenda::add);
    }

    /** A pod of the gang came or changed: it may have to be told as well. */
    public void touched(GangId gang) {
        if (waiting.containsKey(gang)) {
            touched.add(gang);
        }
    }

    /** The gang waits no longer: it has a place, or is gone. */
    public void settled(GangId gang) {
        drop(gang);
        withoutEvent.remove(gang);
    }

    private void drop(GangId gang) {
        Waiting before = waiting.remove(gang);
        if (before != null) {
            before.next.ifPresent(agenda::remove);
        }
    }

    /** None of the pods of a placed gang waits any more: its status says so, too. */
    public void over(GangId gang) {
        settled(gang);
        records.change(gang, StatusText::waitOver);
    }

    /**
     * A gang waits again that was said to start when others have gone. Its record says why at once; its user has an Event
     * of that, too, or the last one he sees promises what is void.
     */
    public void planFailed(GangId gang) {
        withoutEvent.add(gang);
    }

    /** Forgets who waits: another may have decided since. What was told to pods stays told. */
    public void startAnew() {
        waiting.clear();
        agenda.clear();
        touched.clear();
        withoutEvent.clear();
    }

    /** Writes what is due. */
    public void flush(Instant now, Gangs gangs) {
        for (GangId gang : touched) {
            Waiting wait = waiting.get(gang);
            if (wait != null && wait.told) {
                lookAt(gang, wait, Optional.of(now));
            }
        }
        touched.clear();
        while (!agenda.isEmpty() && !agenda.first().at().isAfter(now)) {
            GangId gang = agenda.first().gang();
            Waiting wait = waiting.get(gang);
            if (wait == null) {
                agenda.pollFirst();
                continue;
            }
            if (!wait.told) {
                wait.told = true;
                tellGang(gang, wait, now, gangs);
            } else if (wait.recordGone) {
                gangs.spec(gang).ifPresent(spec -> record(spec, wait, now, gangs));
            }
            wait.recordGone = false;
            lookAt(gang, wait, tellPods(gang, wait.reason, now, gangs));
        }
    }

    /** When {@link #flush} has something to do next. */
    public Optional<Instant> nextDue() {
        return agenda.isEmpty() ? Optional.empty() : Optional.of(agenda.first().at());
    }

    private void tellGang(GangId gang, Waiting wait, Instant now, Gangs gangs) {
        Reason reason = wait.reason;
        Optional<GangSpec> spec = gangs.spec(gang);
        // That it waits for others to go stands in its record before anything else can happen.
        boolean recorded = reason.code() == Reason.Code.RECLAIMING;
        boolean told = !recorded && isTold(gang, reason, gangs);
        if (spec.isEmpty() || (told && !withoutEvent.contains(gang))) {
            return;
        }
        withoutEvent.remove(gang);
        if (!recorded && !told) {
            record(spec.get(), wait, now, gangs);
        }
        gangs.owner(gang).ifPresent(owner -> event(gang, owner, reason, now));
    }

    /** Whoever leads next finds a plan with its deadline, and tells of it again. */
    private void event(GangId gang, Owner owner, Reason reason, Instant now) {
        boolean warning = isWarning(reason.code());
        String code = reason.code().spelled();
        String text = ReasonText.of(reason);
        Optional.ofNullable(reason.numbers().get(Reason.DEADLINE))
                .map(Instant::parse)
                .ifPresentOrElse(
                        deadline -> events.tellOnce(gang, owner, deadline, warning, code, text, now),
                        () -> events.tell(gang, owner, warning, code, text, now));
    }

    private void record(GangSpec spec, Waiting wait, Instant now, Gangs gangs) {
        GangId gang = spec.id();
        if (wait.partly) {
            records.change(gang, before -> StatusText.partlyWaiting(before, wait.reason));
        } else if (!gang.isLonePod() || records.exists(gang)) {
            // While it is taken back its status is the intent to do so, and says why.
            records.tell(
                    spec,
                    gangs.recordOwner(gang),
                    before -> before.filter(status -> status.phase() == GPUWorkloadStatus.Phase.EVICTING)
                                    .isPresent()
                            ? Optional.empty()
                            : Optional.of(StatusText.waiting(before, spec.gpus(), wait.reason, now)));
        }
    }

    /**
     * The record of a gang is gone: deleted by its user, or with a Job before this one of the same name. It is made anew
     * for one that waits.
     */
    public void recordGone(GangId gang) {
        Waiting wait = waiting.get(gang);
        if (wait != null && wait.told) {
            wait.recordGone = true;
            lookAt(gang, wait, Optional.of(Instant.EPOCH));
        }
    }

    /** Whether the same was told before, by this process or by one before it. */
    private boolean isTold(GangId gang, Reason reason, Gangs gangs) {
        String code = reason.code().spelled();
        if (gang.isLonePod() && !records.exists(gang)) {
            return gangs.waitingPods(gang).stream().anyMatch(pod -> code.equals(toldPods.get(pod.uid())));
        }
        return records.exists(gang)
                && records.status(gang)
                        .map(GPUWorkloadStatus::waiting)
                        .filter(waiting -> waiting.code().equals(code)
                                && (reason.code() != Reason.Code.INVALID
                                        || ReasonText.of(reason).equals(waiting.message())))
                        .isPresent();
    }

    /** A gang is evicted: its user is told at once. */
    public void evicted(GangId gang, Owner owner, Intent intent, Instant now) {
        events.tell(gang, owner, true, intent.reason().code().spelled(), intent.words(), now);
    }

    private static boolean isWarning(Reason.Code code) {
        return switch (code) {
            case INVALID,
                    NEVER_FITS,
                    REFUSED_BY_SCHEDULER,
                    NODES_LOST,
                    NO_ACTIVE_CONTRACT,
                    NO_POOL_OF_CLASS,
                    CONSTRAINTS_MATCH_NO_NODE -> true;
            case QUOTA_REACHED,
                    BEHIND_IN_QUEUE,
                    OWN_FRAGMENTATION,
                    INSUFFICIENT_GPUS,
                    INSUFFICIENT_WHOLE_CELLS,
                    INSUFFICIENT_RESOURCES,
                    NOT_COMPACT,
                    PODS_NOT_CREATED,
                    OTHER_GATES,
                    SEATS_TAKEN,
                    RECLAIMING,
                    RECLAIMED -> false;
        };
    }

    /** Tells the pods that waited long enough; answers when the next one will have. */
    private Optional<Instant> tellPods(GangId gang, Reason reason, Instant now, Gangs gangs) {
        String code = reason.code().spelled();
        Instant next = Instant.MAX;
        for (PodRef pod : gangs.waitingPods(gang)) {
            Instant due = pod.createdAt().plus(POD_PATIENCE);
            if (now.isBefore(due)) {
                toldPods.remove(pod.uid(), code);
                next = due.isBefore(next) ? due : next;
            } else if (!code.equals(toldPods.put(pod.uid(), code))) {
                conditions.write(pod.namespace(), pod.name(), pod.uid(), false, code, ReasonText.of(reason), now);
            }
        }
        return Optional.of(next).filter(instant -> instant.isBefore(Instant.MAX));
    }

    /** What was told to a pod before a restart stands in its condition. */
    public void toldBefore(String podUid, String code) {
        toldPods.putIfAbsent(podUid, code);
    }

    /** What others tell a pod as long as they lead stands in its condition; empty for nothing. */
    public void toldByOthers(String podUid, Optional<String> code) {
        code.ifPresentOrElse(told -> toldPods.put(podUid, told), () -> toldPods.remove(podUid));
    }

    /**
     * A pod is on its way to its node, or there. Called with the answer of its release, on any thread, and whenever it is
     * seen so: that answer may be lost, or whoever asked for it may be gone.
     */
    public void released(GangId gang, PodRef pod, String node) {
        if (toldPods.remove(pod.uid()) != null) {
            conditions.write(
                    pod.namespace(), pod.name(), pod.uid(), true, "Placed", "placed on node " + node, Instant.now());
        }
    }

    /** The pod is gone. */
    public void forget(String podUid) {
        toldPods.remove(podUid);
    }
}
