package dev.offtake.placement;

import dev.offtake.fleet.Pool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts what a {@link Cluster} keeps up to date again from scratch, from the nodes of the fleet and from what others say
 * lies on them, and compares; also whether Rule 2 holds (I4). Nothing is changed by it that makes a difference to anybody.
 */
public final class Recount {
    /** What costs most has its turn once in so many times. */
    static final int TURNS = 8;

    private final Cluster cluster;
    private final FitRecount fits;
    private int turn;

    /** A seat of a gang. */
    public record Held(String node, Claimant claimant, Shape shape) {}

    /** A pod that is nobody's seat. */
    public record Stray(String podUid, String node, Shape shape) {}

    public Recount(Cluster cluster) {
        this.cluster = cluster;
        fits = new FitRecount(cluster);
    }

    /** Throws {@link Miscount} if anything is not as it is kept. */
    public void compare(Collection<Held> seats, Collection<Stray> strays) {
        uses(seats, strays);
        List<CountedPool> pools = pools(seats, strays);
        beside(pools);
        int p = 0;
        for (PoolState pool : cluster.pools()) {
            new PoolRecount(cluster, pool, pools.get(p++)).compare();
            if (turn % TURNS == 0) {
                fits.compare(pool);
            }
        }
        cluster.standingPromises().ifKnown().ifPresent(this::promises);
        turn++;
    }

    /** Whether more nodes of some cell are in use than it may give, as far as is kept. */
    public boolean isAnyOverused() {
        for (PoolState pool : cluster.pools()) {
            for (int d = 1; d < pool.levels().nodeDepth(); d++) {
                for (int c = 0; c < pool.cells(d).bound(); c++) {
                    if (pool.cells(d).exists(c) && pool.occupied(d).isOverused(c)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Of which cells more nodes would be in use than they may give, and by how many, if nothing else lay on the nodes. */
    public Map<String, Integer> overused(Collection<Held> seats, Collection<Stray> strays) {
        Map<String, Integer> overused = new TreeMap<>();
        for (CountedPool pool : pools(seats, strays)) {
            for (int d = 1; d < pool.depths(); d++) {
                for (CountedCell cell : pool.cells(d)) {
                    if (cell.isSized() && cell.overused() > 0) {
                        overused.put(pool.name() + cell.path(), cell.overused());
                    }
                }
            }
        }
        return overused;
    }

    /** What lies where by name. */
    private void uses(Collection<Held> seats, Collection<Stray> strays) {
        Map<String, Map<NodeUse.Key, Integer>> seatsOf = new HashMap<>();
        Map<String, Map<String, Shape>> straysOf = new HashMap<>();
        seats.forEach(seat -> seatsOf.computeIfAbsent(seat.node(), n -> new HashMap<>())
                .merge(new NodeUse.Key(seat.claimant(), seat.shape()), 1, Integer::sum));
        strays.forEach(stray ->
                straysOf.computeIfAbsent(stray.node(), n -> new HashMap<>()).put(stray.podUid(), stray.shape()));
        Map<String, Map<NodeUse.Key, Integer>> keptSeats = new HashMap<>();
        Map<String, Map<String, Shape>> keptStrays = new HashMap<>();
        cluster.uses().forEach((node, use) -> {
            if (!use.seats().isEmpty()) {
                keptSeats.put(node, use.seats());
            }
            if (!use.unmanaged().isEmpty()) {
                keptStrays.put(node, use.unmanaged());
            }
        });
        compareByName(keptSeats, seatsOf, "seats on");
        compareByName(keptStrays, straysOf, "strangers on");
    }

    private static <T> void compareByName(Map<String, T> kept, Map<String, T> counted, String what) {
        if (!kept.equals(counted)) {
            new TreeMap<>(kept)
                    .forEach((name, value) -> Miscount.compare(
                            Optional.of(value), Optional.ofNullable(counted.get(name)), "%s %s", what, name));
            new TreeMap<>(counted)
                    .forEach((name, value) -> Miscount.compare(
                            Optional.ofNullable(kept.get(name)), Optional.of(value), "%s %s", what, name));
        }
    }

    private List<CountedPool> pools(Collection<Held> seats, Collection<Stray> strays) {
        Map<String, Account> accounts = new LinkedHashMap<>();
        cluster.accounts().forEach(account -> accounts.put(account.name(), account));
        List<CountedPool> pools = new ArrayList<>();
        Map<String, CountedPool> poolOf = new HashMap<>();
        for (Pool pool : cluster.fleet().pools()) {
            CountedPool counted = new CountedPool(pool, cluster.fleet().nodes(pool.name()), accounts);
            counted.nodes().keySet().forEach(node -> poolOf.put(node, counted));
            pools.add(counted);
        }
        for (Held seat : seats) {
            Optional.ofNullable(poolOf.get(seat.node()))
                    .ifPresent(pool -> pool.seat(seat.node(), seat.claimant(), seat.shape()));
        }
        for (Stray stray : strays) {
            Optional.ofNullable(poolOf.get(stray.node())).ifPresent(pool -> pool.stray(stray.node(), stray.shape()));
        }
        pools.forEach(CountedPool::close);
        Miscount.compare(
                cluster.pools().stream().map(PoolState::pool).toList(),
                List.copyOf(cluster.fleet().pools()),
                "pools");
        return pools;
    }

    private void beside(List<CountedPool> pools) {
        Map<Claimant, Integer> counted = new HashMap<>();
        pools.forEach(pool -> pool.beside().forEach((claimant, gpus) -> counted.merge(claimant, gpus, Integer::sum)));
        counted.values().removeIf(gpus -> gpus == 0);
        Map<Claimant, Integer> kept = new HashMap<>(cluster.besides());
        kept.values().removeIf(gpus -> gpus == 0);
        Miscount.compare(kept, counted, "GPUs beside commitments");
    }

    /** What was taken over of changes since they were filled last. What is out of date is filled before anybody asks. */
    private void promises(Promises kept) {
        if (turn % TURNS == 0) {
            Map<String, Integer> counted = cluster.standingPromises().filled().entitled();
            Miscount.compare(kept.entitled(), counted, "units that accounts are entitled to");
        }
        for (int p = 0; p < cluster.pools().size(); p++) {
            LevelTable levels = kept.pool(p).levels();
            String pool = kept.pool(p).pool().name();
            for (int row = 0; row < levels.rows(); row++) {
                long slack = kept.needs().slack(p, row);
                if (slack < 0) {
                    throw new Miscount(
                            Miscount.Rule.I4,
                            "pool " + pool + " lacks " + -slack + " free cells of " + levels.rowName(row)
                                    + " for what is promised: " + kept.entitlements());
                }
            }
            if (!kept.needs().holdsAlone(p)) {
                throw new Miscount(
                        Miscount.Rule.I4,
                        "pool " + pool + " has too little for what it is to serve: " + kept.entitlements());
            }
        }
    }
}
