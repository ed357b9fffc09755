package dev.offtake.schedule;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A gang that others place, with its pods as they are. In its {@link Gang} all of them wait, but for those that are charged. */
final class ReportedGang {
    private final Gang gang;
    private final Map<String, PodFacts> pods = new LinkedHashMap<>();
    private Optional<Decision.Grant> known;
    private Optional<Instant> since = Optional.empty();
    private Optional<Forecast> told = Optional.empty();
    private boolean toldThatItRuns;

    /** @param known on whose account its pods run that are on nodes */
    ReportedGang(GangSpec spec, Optional<Decision.Grant> known) {
        this.known = known;
        gang = new Gang(spec);
        gang.report();
    }

    Gang gang() {
        return gang;
    }

    Collection<PodFacts> pods() {
        return pods.values();
    }

    Optional<PodFacts> pod(String uid) {
        return Optional.ofNullable(pods.get(uid));
    }

    void put(PodFacts pod) {
        pods.put(pod.uid(), pod);
        gang.pods().put(asIfGated(pod));
    }

    void forget(String uid) {
        pods.remove(uid);
        gang.pods().forget(uid);
    }

    private static PodFacts asIfGated(PodFacts pod) {
        PodFacts.State state = switch (pod.state()) {
            case GATED, RELEASED, REFUSED, BOUND -> PodFacts.State.GATED;
            case HELD, TERMINATING, FINISHED -> pod.state();
        };
        return new PodFacts(
                pod.uid(),
                pod.name(),
                pod.gang(),
                pod.podSet(),
                pod.index(),
                state,
                Optional.empty(),
                pod.words(),
                pod.shape());
    }

    /** Whether others have put the pod on a node; a wish for one is no place there. */
    static boolean isOnNode(PodFacts pod) {
        return (pod.state() == PodFacts.State.BOUND || pod.state() == PodFacts.State.TERMINATING)
                && pod.node().isPresent();
    }

    List<PodFacts> onNodes() {
        return pods.values().stream().filter(ReportedGang::isOnNode).toList();
    }

    /** Pods on nodes that are charged to no account. */
    List<PodFacts> unseated() {
        return onNodes().stream()
                .filter(pod -> gang.pods().seatOf(pod.uid()).isEmpty())
                .toList();
    }

    /** Whether the pods that it needs at least are on nodes. */
    boolean runs() {
        return gang.spec().podSets().stream()
                .allMatch(set -> pods.values().stream()
                                .filter(pod -> pod.state() == PodFacts.State.BOUND
                                        && pod.podSet().equals(set.name()))
                                .count()
                        >= set.minCount());
    }

    boolean isCharged() {
        return !gang.seats().isEmpty();
    }

    boolean isChargedTo(String contract) {
        return isCharged()
                && gang.grant()
                        .filter(grant -> grant.commitment().contract().equals(contract))
                        .isPresent();
    }

    /** On whose account it was before, for the first pods that are charged. */
    Optional<Decision.Grant> takeKnownGrant() {
        Optional<Decision.Grant> grant = known;
        known = Optional.empty();
        return grant;
    }

    /** Whether it has been there since then; the first time that this is asked, it comes. */
    boolean isKnownSince(Instant then, Instant now) {
        if (since.isEmpty()) {
            since = Optional.of(now);
        }
        return !since.get().isAfter(then);
    }

    /** What is to be told of a forecast. */
    Optional<Decision> tell(Forecast forecast) {
        boolean running = runs();
        forecast.reason().ifPresentOrElse(gang::tell, gang::tellNothing);
        if (toldThatItRuns == running
                && told.filter(last -> last.isStill(forecast, running)).isPresent()) {
            return Optional.empty();
        }
        told = Optional.of(forecast);
        toldThatItRuns = running;
        return Optional.of(new Decision.Foresee(gang.id(), forecast, running));
    }

    /** What would start at once waits for others only. */
    GangView view() {
        boolean waits = !isCharged() && told.flatMap(Forecast::grant).isEmpty();
        int uncharged = unseated().stream().mapToInt(pod -> pod.shape().gpus()).sum();
        return GangView.of(gang).reported(waits ? gang.spec().gpus() : 0, uncharged);
    }
}
