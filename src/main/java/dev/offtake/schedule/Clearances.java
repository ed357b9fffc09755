package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Clearing;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Emptying;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The cells that are cleared for gangs that wait: those that would fit them with the least work in the way (Rule 5).
 *
 * <p>Once chosen they stay while their nodes take work; where others were freed meanwhile it is looked {@link Again} whether
 * these are nearer by now. A place stays where as much is in the way of another, or it is cleared sooner.
 */
final class Clearances {
    /** For so many gangs at most cells are sought at one instant among a thousand nodes; half as many where some are known. */
    private static final int LOOKS = 32;

    private final Cluster cluster;
    private final Clearing clearing;
    private final Emptying emptying;
    private final Seating seating;
    private final Holders holders;
    private final Lent lent;
    private final Map<Gang, Chosen> chosen = new HashMap<>();
    private final Map<Gang, Reserved> reserved = new HashMap<>();
    private long givenUp;
    private Instant lookedAt = Instant.MIN;
    private int looks;

    /**
     * The cells of one gang.
     *
     * @param units of the account that it would have to find free besides
     * @param inTheWay who has to end first; empty where nobody can tell
     * @param seats the place itself, on demand
     */
    record Cells(Set<String> nodes, int units, Optional<List<Incumbent>> inTheWay, List<Placer.Lying> seats) {
        /** Nowhere: others are in the way as well. */
        static final Cells NONE = new Cells(Set.of(), 0, Optional.empty(), List.of());

        static Cells of(Clearing.Cleared cleared) {
            // Spot is never a delay.
            Optional<List<Incumbent>> inTheWay = cleared.inTheWay()
                    .map(victims -> victims.stream()
                            .filter(Incumbent.class::isInstance)
                            .map(Incumbent.class::cast)
                            .toList());
            return new Cells(cleared.nodes(), cleared.units(), inTheWay, cleared.seats());
        }

        boolean isAny() {
            return !nodes.isEmpty();
        }

        /** When the last of those in the way has ended, as they declared; empty for never. */
        Optional<Instant> end() {
            Optional<Instant> last = inTheWay.map(all -> Instant.EPOCH);
            for (Incumbent occupant : inTheWay.orElse(List.of())) {
                Optional<Instant> end = occupant.end();
                last = last.flatMap(before -> end.map(at -> at.isAfter(before) ? at : before));
            }
            return last;
        }
    }

    /**
     * @param demand for which they are, by its number
     * @param again when it is looked for others, if any are freed
     */
    private record Chosen(Cells cells, Claimant claimant, int demand, Instant again, long freed) {
        boolean isFor(Claimant account, Demands.Demand asked) {
            return claimant.equals(account) && demand == asked.number();
        }
    }

    /** @param holders as which they are in the way */
    private record Reserved(Cells cells, long holders, Keep.Reservation reservation) {}

    Clearances(Cluster cluster, Placer placer, Seating seating, Holders holders, Lent lent) {
        this.cluster = cluster;
        this.seating = seating;
        this.holders = holders;
        this.lent = lent;
        clearing = new Clearing(cluster, placer);
        emptying = new Emptying(cluster, placer);
    }

    /** Everybody is served anew: those who wait no more need no cells. */
    void begin() {
        chosen.keySet().removeIf(gang -> gang.place().isEmpty());
        reserved.keySet().retainAll(chosen.keySet());
    }

    /** When cells may be chosen anew without an event, so that whoever was to leave them need not for ever. */
    Optional<Instant> due(Instant now) {
        boolean isPutOff = now.equals(lookedAt) && looks >= LOOKS / 2;
        Optional<Instant> due = isPutOff ? Optional.of(now.plus(Again.FIRST)) : Optional.empty();
        for (Chosen of : chosen.values()) {
            if (of.cells().isAny() && of.freed() != cluster.freed() && now.isBefore(of.again())) {
                due = Earliest.of(due, Optional.of(of.again()));
            }
        }
        return due;
    }

    /** How often cells were given up for others: whoever was to leave them may have a place there. */
    long givenUp() {
        return givenUp;
    }

    /** Whether cells were chosen for anybody. */
    boolean isAny() {
        for (Chosen of : chosen.values()) {
            if (of.cells().isAny()) {
                return true;
            }
        }
        return false;
    }

    /** Whether cells of an account were chosen for a gang that goes behind this one. */
    boolean isAnyBehind(Gang gang, Claimant claimant) {
        for (Map.Entry<Gang, Chosen> of : chosen.entrySet()) {
            if (of.getKey() != gang
                    && of.getValue().cells().isAny()
                    && of.getValue().claimant().equals(claimant)
                    && Queue.isBefore(gang, of.getKey())) {
                return true;
            }
        }
        return false;
    }

    /** The cells that are cleared for a gang that waits for a place on the account. */
    Cells of(Gang gang, Claimant claimant, Instant now) {
        Chosen before = chosen.get(gang);
        List<Demands.Demand> demands = gang.ask().map(Gang.Ask::demands).orElse(List.of());
        if (demands.isEmpty()) {
            return before == null ? Cells.NONE : before.cells();
        }
        Demands.Demand least = demands.get(demands.size() - 1);
        if (before != null && stands(before, claimant, least, now) && isFree(gang, before.cells(), now)) {
            return before.cells();
        }
        Optional<Cells> standing = Optional.ofNullable(before)
                .filter(known -> known.isFor(claimant, least))
                .map(Chosen::cells)
                .filter(cells -> !isLost(cells) && isFree(gang, cells, now));
        if (!mayLook(claimant, standing.isPresent(), now)) {
            return standing.orElse(Cells.NONE);
        }
        if (claimant.tier() == Tier.SPOT) {
            Set<String> nodes = standing.map(Cells::nodes).orElse(Set.of());
            Optional<Clearing.Cleared> next =
                    emptying.find(least.value(), claimant, new Incumbents(holders, now), nodes);
            return choose(gang, Optional.ofNullable(before), next, claimant, least, now);
        }
        Clearing.Wanted wanted = new Clearing.Wanted(
                least.value(), claimant, lent.evictables(Duration.ZERO, now, false), occupants(claimant, now));
        if (claimant.tier() == Tier.ON_DEMAND) {
            return choose(gang, Optional.ofNullable(before), clearing.findAfterFirst(wanted), claimant, least, now);
        }
        Optional<Clearing.Cleared> again = before == null || !before.cells().isAny() || isLost(before.cells())
                ? Optional.empty()
                : clearing.again(wanted, before.cells().nodes());
        // Where as much is in the way the cells stay, or each would be given up when it is nearly cleared.
        Optional<Clearing.Cleared> next = clearing.find(wanted)
                .filter(found -> again.filter(old -> old.work() <= found.work() || isSooner(old, found, now))
                        .isEmpty())
                .or(() -> again);
        return choose(gang, Optional.ofNullable(before), next, claimant, least, now);
    }

    /**
     * Whether one place is cleared before another, and not overdue: those who pass and end in time have made more work there,
     * and the gang was told when it is cleared.
     */
    private static boolean isSooner(Clearing.Cleared place, Clearing.Cleared other, Instant now) {
        return Cells.of(place)
                .end()
                .filter(end -> end.isAfter(now)
                        && Cells.of(other).end().filter(at -> !at.isAfter(end)).isEmpty())
                .isPresent();
    }

    private Cells choose(
            Gang gang,
            Optional<Chosen> before,
            Optional<Clearing.Cleared> next,
            Claimant claimant,
            Demands.Demand demand,
            Instant now) {
        Cells cells = next.map(Cells::of).orElse(Cells.NONE);
        boolean isKept =
                before.map(of -> cells.nodes().containsAll(of.cells().nodes())).orElse(true);
        givenUp += isKept ? 0 : 1;
        Instant again = Again.after(Patience.queuedSince(gang), now);
        chosen.put(gang, new Chosen(cells, claimant, demand.number(), again, cluster.freed()));
        return cells;
    }

    /** The place of a gang on demand, with those in its way as they are now. */
    Keep.Reservation reservation(Gang gang, Cells cells, Instant now) {
        Reserved before = reserved.get(gang);
        if (before == null || !before.cells().equals(cells) || before.holders() != holders.changes()) {
            List<Incumbent> inTheWay = cells.inTheWay().orElse(List.of()).stream()
                    .map(occupant -> new Incumbent(occupant.holder(), occupant.claimant(), now))
                    .filter(occupant -> !occupant.nodes().isEmpty())
                    .toList();
            before = new Reserved(cells, holders.changes(), new Keep.Reservation(cells.seats(), List.copyOf(inTheWay)));
            reserved.put(gang, before);
        }
        return before.reservation();
    }

    /** Where many drain it takes a while, or this round would take too long; those who have no cells have a share of it. */
    private boolean mayLook(Claimant claimant, boolean isAgain, Instant now) {
        if (!now.equals(lookedAt)) {
            lookedAt = now;
            looks = 0;
        }
        boolean mayLook = looks < (isAgain ? LOOKS / 2 : LOOKS);
        looks += mayLook ? Math.max(1, clearing.nodes(claimant) / 1000) : 0;
        return mayLook;
    }

    private boolean stands(Chosen of, Claimant claimant, Demands.Demand demand, Instant now) {
        return of.isFor(claimant, demand)
                && (of.freed() == cluster.freed() || now.isBefore(of.again()))
                && !isLost(of.cells());
    }

    private boolean isFree(Gang gang, Cells cells, Instant now) {
        return cells.seats().isEmpty() || clearing.isFree(reservation(gang, cells, now));
    }

    private boolean isLost(Cells cells) {
        return !cells.nodes().stream().allMatch(seating.nodes()::takesWork);
    }

    /** Who holds some of the commitment, or runs on demand where it has its cells. */
    private List<Incumbent> occupants(Claimant claimant, Instant now) {
        List<Incumbent> occupants = new ArrayList<>();
        for (Claimant account : holders.claimants()) {
            if (account.equals(claimant) || account.tier() == Tier.ON_DEMAND) {
                for (Gang gang : holders.of(account).keySet()) {
                    Incumbent occupant = new Incumbent(gang, account, now);
                    if (occupant.nodes().stream().anyMatch(node -> cluster.serves(claimant.account(), node))) {
                        occupants.add(occupant);
                    }
                }
            }
        }
        // On demand whoever ends first counts, of a commitment where there is least to do.
        Comparator<Incumbent> order = claimant.tier() == Tier.ON_DEMAND
                ? Comparator.comparing(occupant -> occupant.end().orElse(Instant.MAX))
                : Comparator.comparingDouble(Incumbent::cost);
        return occupants.stream()
                .sorted(order.thenComparing(occupant -> occupant.holder().id())
                        .thenComparing(occupant -> occupant.claimant().tier()))
                .toList();
    }
}
