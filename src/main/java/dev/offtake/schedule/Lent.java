package dev.offtake.schedule;

import dev.offtake.placement.Evictables;
import dev.offtake.placement.Shape;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The seats of work that can be evicted, by node. */
final class Lent {
    private final Supplier<Set<String>> podsInPlans;
    private final Map<String, Map<Gang, Integer>> byNode = new HashMap<>();
    private final Map<Gang, Evictee.Whole> known = new HashMap<>();
    private Instant knownAt = Instant.MIN;
    private Optional<Instant> nextUnprotected = Optional.empty();
    private Optional<Spared.Late> firstLate = Optional.empty();

    /** @param podsInPlans pods that go by a plan while their gangs go on */
    Lent(Supplier<Set<String>> podsInPlans) {
        this.podsInPlans = podsInPlans;
    }

    /** A gang has a seat more on a node, or fewer where negative. */
    void count(Gang gang, Seat seat, int seats) {
        if (SpotPart.isCountedAsSpot(seat)) {
            Map<Gang, Integer> there =
                    byNode.computeIfAbsent(seat.node(), n -> new TreeMap<>(Comparator.comparing(Gang::id)));
            if (there.merge(gang, seats, Integer::sum) == 0) {
                there.remove(gang);
            }
            if (there.isEmpty()) {
                byNode.remove(seat.node());
            }
            known.remove(gang);
        }
    }

    /** All of them by node, how many of which gang. */
    Map<String, Map<Gang, Integer>> all() {
        return byNode;
    }

    /** Whether a gang has seats there that can be evicted. */
    boolean isOn(Gang gang, String node) {
        return byNode.getOrDefault(node, Map.of()).containsKey(gang);
    }

    /** Who is about to leave seats there that hold no pod. */
    List<Gang> leaving(String node) {
        return byNode.getOrDefault(node, Map.of()).keySet().stream()
                .filter(gang ->
                        gang.leaving().stream().anyMatch(seat -> seat.node().equals(node))
                                || !SpotPart.dispensable(gang, node).isEmpty())
                .toList();
    }

    /**
     * Who may be evicted now.
     *
     * @param minRuntime for so long nobody is
     * @param reported whether also work that others place, and that nobody evicts in truth
     */
    Evictables evictables(Duration minRuntime, Instant now, boolean reported) {
        return evictables(minRuntime, now, reported, new Going());
    }

    /**
     * The same when some of them are to go already.
     *
     * @param going who they are: they cost nothing
     */
    Evictables evictables(Duration minRuntime, Instant now, boolean reported, Going going) {
        if (byNode.isEmpty()) {
            return Evictables.NONE;
        }
        if (!now.equals(knownAt)) {
            known.clear();
            knownAt = now;
        }
        Parts parts = new Parts(minRuntime, now, going);
        Map<Gang, Boolean> wholes = new HashMap<>();
        Map<Gang, Evictee.Whole> goingWhole = new HashMap<>();
        return node -> {
            List<Evictee> victims = new ArrayList<>();
            for (Gang gang : byNode.getOrDefault(node, Map.of()).keySet()) {
                if (gang.isReported() && !reported) {
                    continue;
                }
                if (going.isWhole(gang)) {
                    victims.add(goingWhole.computeIfAbsent(gang, g -> whole(g, 0)));
                    continue;
                }
                if (SpotPart.mayGoInParts(gang)) {
                    victims.addAll(parts.of(gang, node));
                }
                if (wholes.computeIfAbsent(gang, g -> isWholeEvictable(g, minRuntime, now))) {
                    victims.add(known.computeIfAbsent(gang, g -> whole(g, isLeaving(g) ? 0 : LostWork.of(g, now))));
                }
            }
            return victims;
        };
    }

    private boolean isWholeEvictable(Gang gang, Duration minRuntime, Instant now) {
        if (isLeaving(gang)) {
            gang.lateSince().ifPresent(since -> gang.pods().all().forEach(pod -> isLate(pod, since)));
            return gang.lateSince().isEmpty();
        }
        return !SpotPart.isFirm(gang)
                && !isProtected(gang, minRuntime, now)
                && !isAnyPartProtected(gang, minRuntime, now);
    }

    /** Whether it has a pod that grew too lately to be taken: it would go with the whole, though alone it may not. */
    private boolean isAnyPartProtected(Gang gang, Duration minRuntime, Instant now) {
        return SpotPart.goesInParts(gang)
                && gang.seats().stream()
                        .filter(SpotPart::isSpot)
                        .anyMatch(seat -> isProtected(seat.since().plus(minRuntime), now));
    }

    /** Whether a gang has not run for so long; the first that will have is remembered. */
    boolean isProtected(Gang gang, Duration minRuntime, Instant now) {
        Instant since = gang.grant().map(Decision.Grant::since).orElse(Instant.EPOCH);
        return isProtected(since.plus(minRuntime), now);
    }

    private boolean isProtected(Instant until, Instant now) {
        if (now.isBefore(until)) {
            nextUnprotected = Optional.of(nextUnprotected.filter(until::isAfter).orElse(until));
            return true;
        }
        return false;
    }

    /** It was to be gone since then, and may hold what is sought. */
    private void isLate(PodFacts pod, Instant since) {
        if (pod.state().isPlaced()) {
            Optional<Spared.Late> late = pod.node().map(node -> new Spared.Late(since, node, pod.uid()));
            firstLate = Earliest.of(firstLate, late);
        }
    }

    private static boolean isLeaving(Gang gang) {
        return gang.phase() == Gang.Phase.ROLLING_BACK || gang.phase() == Gang.Phase.CLOSING;
    }

    private static Evictee.Whole whole(Gang gang, double cost) {
        Map<String, Map<Shape, Integer>> seats = new TreeMap<>();
        for (Seat seat : gang.seats()) {
            if (SpotPart.isCountedAsSpot(seat)) {
                seats.computeIfAbsent(seat.node(), n -> new HashMap<>()).merge(seat.shape(), 1, Integer::sum);
            }
        }
        return new Evictee.Whole(gang, cost, Collections.unmodifiableMap(seats));
    }

    /** The seats of gangs that may be taken one by one; their pods come and go without seats being counted anew. */
    private final class Parts {
        private final Duration minRuntime;
        private final Instant now;
        private final Going going;
        private final Map<Gang, Map<String, List<Evictee.Part>>> known = new HashMap<>();
        private Optional<Set<String>> inPlans = Optional.empty();

        Parts(Duration minRuntime, Instant now, Going going) {
            this.minRuntime = minRuntime;
            this.now = now;
            this.going = going;
        }

        /** Those on a node, cheapest first. */
        List<Evictee.Part> of(Gang gang, String node) {
            return known.computeIfAbsent(gang, this::byNode).getOrDefault(node, List.of());
        }

        private Map<String, List<Evictee.Part>> byNode(Gang gang) {
            if (!SpotPart.goesInParts(gang)) {
                return Map.of();
            }
            List<Seat> seats = gang.seats().stream()
                    .filter(seat -> SpotPart.isSpot(seat) && isEvictable(gang, seat, minRuntime, now))
                    .toList();
            Set<String> nodes = new TreeSet<>();
            seats.forEach(seat -> nodes.add(seat.node()));
            int spare = SpotPart.spare(gang)
                    - (int) gang.seats().stream()
                            .filter(seat -> isToGo(gang, seat) && !SpotPart.isBeingLeft(gang, seat))
                            .count();
            Map<String, List<Evictee.Part>> parts = new HashMap<>();
            for (Seat seat : seats) {
                boolean leaves = SpotPart.isBeingLeft(gang, seat) || isToGo(gang, seat);
                double cost = leaves ? 0 : LostWork.of(gang, seat, now);
                parts.computeIfAbsent(seat.node(), n -> new ArrayList<>())
                        .add(new Evictee.Part(gang, seat, cost, nodes, spare));
            }
            parts.values().forEach(there -> there.sort(Comparator.comparingDouble(Evictee.Part::cost)));
            return parts;
        }

        /** Whether its pod goes for another already, though it was not told yet. */
        private boolean isToGo(Gang gang, Seat seat) {
            return going.contains(gang, seat)
                    || seat.podUid().filter(inPlans()::contains).isPresent();
        }

        private Set<String> inPlans() {
            inPlans = inPlans.or(() -> Optional.of(podsInPlans.get()));
            return inPlans.get();
        }
    }

    private boolean isEvictable(Gang gang, Seat seat, Duration minRuntime, Instant now) {
        Optional<String> leaving = seat.podUid().filter(uid -> SpotPart.isLeaving(gang, uid));
        if (leaving.isPresent()) {
            Optional<Instant> late = leaving.flatMap(gang.departures()::lateSince);
            late.ifPresent(since -> leaving.map(gang.pods()::get).ifPresent(pod -> isLate(pod, since)));
            return late.isEmpty();
        }
        return !isProtected(seat.since().plus(minRuntime), now);
    }

    /** The gang behind a victim of a search. */
    static Gang gang(Evictables.Victim victim) {
        return ((Evictee) victim).gang();
    }

    /**
     * What has to be done about the victims of a search.
     *
     * @param deadline when those of them have to be gone who were not told to go before; the others have what they were told
     */
    static Plan plan(List<Evictables.Victim> victims, Instant deadline) {
        Set<Gang> wholes = new LinkedHashSet<>();
        Map<Gang, Set<String>> pods = new LinkedHashMap<>();
        for (Evictables.Victim victim : victims) {
            if (victim instanceof Evictee.Part part) {
                Set<String> ofGang = pods.computeIfAbsent(part.gang(), g -> new LinkedHashSet<>());
                // A free seat is left by itself.
                part.seat().podUid().ifPresent(ofGang::add);
            } else {
                wholes.add(gang(victim));
            }
        }
        List<Plan.Part> parts = new ArrayList<>();
        pods.forEach((gang, uids) -> {
            if (!wholes.contains(gang) && !uids.isEmpty()) {
                parts.add(new Plan.Part(gang.id(), List.copyOf(uids)));
            }
        });
        Stream<Instant> told = Stream.concat(
                wholes.stream().flatMap(gang -> gang.goesBy().stream()),
                pods.entrySet().stream()
                        .flatMap(of ->
                                of.getValue().stream().flatMap(uid -> of.getKey().departures().goesBy(uid).stream())));
        Instant last = told.filter(deadline::isBefore).max(Instant::compareTo).orElse(deadline);
        return new Plan(wholes.stream().map(Gang::id).toList(), parts, last);
    }

    /** Looks for something; answers also with who could not be taken back for it. */
    <T> Looked<T> look(Supplier<T> search) {
        Optional<Instant> before = takeNextUnprotected();
        firstLate = Optional.empty();
        T found = search.get();
        Spared spared = new Spared(nextUnprotected, firstLate);
        nextUnprotected = Earliest.of(before, nextUnprotected);
        return new Looked<>(found, spared);
    }

    /** @param spared who was asked about in vain for the first time; a search does not ask again about one whom it knows */
    record Looked<T>(T found, Spared spared) {}

    /** When the first of those who were protected will be no longer; forgotten by asking. */
    Optional<Instant> takeNextUnprotected() {
        Optional<Instant> next = nextUnprotected;
        nextUnprotected = Optional.empty();
        return next;
    }
}
