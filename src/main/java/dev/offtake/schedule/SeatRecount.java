package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Miscount;
import dev.offtake.placement.Recount;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts from the seats of all gangs what is kept of them elsewhere, and compares: what lies on the nodes, with all that
 * follows from it ({@link Recount}), who has what is lent, who holds how much of whom, and the shares of sub-tenants.
 */
final class SeatRecount {
    private final Roster roster;
    private final Reported reported;
    private final Moves moves;
    private final Occupants strangers;
    private final Lent lent;
    private final Holders holders;
    private final Shares shares;
    private final Recount recount;

    SeatRecount(
            Cluster cluster,
            Roster roster,
            Reported reported,
            Moves moves,
            Occupants strangers,
            Lent lent,
            Holders holders,
            Shares shares) {
        this.roster = roster;
        this.reported = reported;
        this.moves = moves;
        this.strangers = strangers;
        this.lent = lent;
        this.holders = holders;
        this.shares = shares;
        recount = new Recount(cluster);
    }

    /** Throws {@link Miscount} if anything is not as it is kept. */
    void compare() {
        List<Recount.Held> held = new ArrayList<>();
        Map<String, Map<Gang, Integer>> lentSeats = new HashMap<>();
        Map<Claimant, Map<Gang, Integer>> heldGpus = new HashMap<>();
        Map<String, Map<String, Shares.Gpus>> shared = new HashMap<>();
        Stream.concat(roster.all().stream(), reported.all().stream()).forEach(gang -> {
            pods(gang);
            for (Seat seat : seats(gang)) {
                Claimant counted = seat.counted();
                int gpus = seat.shape().gpus();
                held.add(held(seat));
                if (SpotPart.isCountedAsSpot(seat)) {
                    merge(lentSeats, seat.node(), gang, 1);
                }
                merge(heldGpus, counted, gang, gpus);
                shared.computeIfAbsent(contract(counted), c -> new HashMap<>())
                        .merge(
                                gang.spec().subTenant().orElse(""),
                                Shares.Gpus.of(counted.tier(), gpus),
                                Shares.Gpus::and);
            }
        });
        moves.held().forEach(seat -> held.add(held(seat)));
        List<Recount.Stray> strays = strays();
        strays(strays);
        compare(lent.all(), lentSeats, "lent seats by node");
        compare(holders.all(), without(heldGpus, 0), "GPUs held by account");
        compare(without(shares.all(), Shares.Gpus.NONE), without(shared, Shares.Gpus.NONE), "shares by contract");
        recount.compare(held, strays);
    }

    private List<Recount.Stray> strays() {
        List<Recount.Stray> strays = new ArrayList<>(strangers.all());
        strays.addAll(reported.strangers());
        return strays;
    }

    /** Of which cells more nodes would be in use than they may give, if all had gone who are to go, and by how many. */
    Map<String, Integer> overused() {
        if (!recount.isAnyOverused()) {
            return Map.of();
        }
        Set<Gang> wholes = new HashSet<>();
        Set<String> parts = new HashSet<>();
        for (Gang gang : roster.all()) {
            gang.plan().ifPresent(plan -> {
                plan.victims().forEach(id -> roster.find(id).ifPresent(wholes::add));
                plan.parts().forEach(part -> parts.addAll(part.pods()));
            });
        }
        List<Recount.Held> staying = new ArrayList<>();
        Stream.concat(roster.all().stream(), reported.all().stream())
                .forEach(gang -> seats(gang).stream()
                        .filter(seat -> !isToGo(gang, seat, wholes, parts))
                        .forEach(seat -> staying.add(held(seat))));
        return recount.overused(staying, strays());
    }

    /** Free seats of a gang that can do without them are left by themselves. */
    private static boolean isToGo(Gang gang, Seat seat, Set<Gang> wholes, Set<String> parts) {
        return SpotPart.isCountedAsSpot(seat)
                && (wholes.contains(gang)
                        || seat.podUid()
                                .map(parts::contains)
                                .orElseGet(() -> gang.leaving().contains(seat) || SpotPart.goesInParts(gang)));
    }

    /** Seats of nobody yet: of gangs that go, to come back. */
    List<Seat> heldToComeBack() {
        return moves.held();
    }

    private static List<Seat> seats(Gang gang) {
        return gang.leaving().isEmpty()
                ? gang.seats()
                : Stream.concat(gang.seats().stream(), gang.leaving().stream()).toList();
    }

    private static Recount.Held held(Seat seat) {
        return new Recount.Held(seat.node(), seat.counted(), seat.shape());
    }

    private static String contract(Claimant claimant) {
        return claimant.account().substring(0, claimant.account().indexOf('/'));
    }

    private static <K> void merge(Map<K, Map<Gang, Integer>> of, K key, Gang gang, int count) {
        of.computeIfAbsent(key, k -> new HashMap<>()).merge(gang, count, Integer::sum);
    }

    /** Who sits where, said by both. */
    private static void pods(Gang gang) {
        int taken = 0;
        for (Seat seat : seats(gang)) {
            if (seat.podUid().isPresent()) {
                taken++;
                String uid = seat.podUid().get();
                if (gang.pods().seatOf(uid).filter(of -> of == seat).isEmpty()) {
                    throw new Miscount("pod " + uid + " of " + gang.id() + " has another seat than that on "
                            + seat.node() + " which it takes");
                }
            }
        }
        Miscount.compareNumbers(gang.pods().seated(), taken, "pods on seats of %s", gang.id());
    }

    /** Each is counted once, and a pod that has a seat is none. */
    private void strays(Collection<Recount.Stray> strays) {
        Map<String, Recount.Stray> byUid = new HashMap<>();
        for (Recount.Stray stray : strays) {
            if (byUid.put(stray.podUid(), stray) != null) {
                throw new Miscount("pod " + stray.podUid() + " is counted twice as nobody's");
            }
        }
        for (Gang gang : roster.all()) {
            for (PodFacts pod : gang.pods().all()) {
                boolean onNode = pod.state().isPlaced() && pod.node().isPresent();
                boolean seated = gang.pods().seatOf(pod.uid()).isPresent();
                Optional<String> counted =
                        Optional.ofNullable(byUid.get(pod.uid())).map(Recount.Stray::node);
                Optional<String> expected = onNode && !seated ? pod.node() : Optional.empty();
                Miscount.compare(counted, expected, "where pod %s of %s is counted as nobody's", pod.uid(), gang.id());
            }
        }
    }

    private static <K, L, V> Map<K, Map<L, V>> without(Map<K, Map<L, V>> all, V nothing) {
        all.values().forEach(of -> of.values().removeIf(nothing::equals));
        all.values().removeIf(Map::isEmpty);
        return all;
    }

    private static <K, V> void compare(Map<K, V> kept, Map<K, V> counted, String what) {
        if (!kept.equals(counted)) {
            kept.forEach((key, value) -> one(value, counted.get(key), what, key));
            counted.forEach((key, value) -> one(kept.get(key), value, what, key));
        }
    }

    private static void one(@Nullable Object kept, @Nullable Object counted, String what, Object key) {
        Miscount.compare(String.valueOf(kept), String.valueOf(counted), "%s, %s", what, key);
    }
}
