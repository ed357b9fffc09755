package dev.offtake.sim.input;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.CommitmentId;
import dev.offtake.contract.Contract;
import dev.offtake.fleet.PoolReport;
import dev.offtake.placement.Cluster;
import dev.offtake.schedule.ContractView;
import dev.offtake.schedule.Scheduler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is promised and not there, at each instant at which promises or supply change: asked of a scheduler that has the
 * pools, nodes and contracts, and no work. Failures and cordons are left out, as they break no promise that was sound.
 */
final class Promises {
    private final Scheduler scheduler = new Scheduler();
    private final Map<String, Contract> contracts = new TreeMap<>();
    private final TreeSet<Instant> due = new TreeSet<>();
    private final Map<CommitmentId, Oversold> open = new LinkedHashMap<>();
    private final List<Oversold> found = new ArrayList<>();
    private final Map<String, Gpus> gpus = new HashMap<>();

    /** Of a class, at one instant. */
    private record Gpus(long promised, Optional<Long> present) {}

    private Promises() {}

    /**
     * What begins by an instant, each until it ends.
     *
     * @param by later promises and changes are looked at only as far as needed: a look at a large fleet takes a while
     */
    static List<Oversold> check(Site site, List<TimedChange> changes, Instant start, Instant by) {
        Promises promises = new Promises();
        promises.add(site, start);
        Map<Instant, List<Change>> byInstant = new TreeMap<>();
        for (TimedChange change : changes) {
            byInstant
                    .computeIfAbsent(start.plusMillis(change.at()), at -> new ArrayList<>())
                    .add(change.change());
        }
        promises.due.add(start);
        promises.due.addAll(byInstant.keySet());
        while (promises.isToLook(by)) {
            Instant now = promises.due.pollFirst();
            byInstant.getOrDefault(now, List.of()).forEach(change -> promises.apply(change, now));
            promises.look(now);
        }
        promises.found.addAll(promises.open.values());
        promises.found.removeIf(one -> one.from().isAfter(by));
        promises.found.sort(Comparator.comparing(Oversold::from)
                .thenComparing(one -> one.shortage().commitment().toString()));
        return promises.found;
    }

    private boolean isToLook(Instant by) {
        return !due.isEmpty() && (!due.first().isAfter(by) || !open.isEmpty());
    }

    private void add(Site site, Instant now) {
        site.pools().forEach(scheduler::putPool);
        site.nodes().forEach(scheduler::putNode);
        for (Contract contract : site.contracts()) {
            contracts.put(contract.name(), contract);
            scheduler.putContract(contract);
            for (Optional<Contract.Change> next = contract.next(now);
                    next.isPresent();
                    next = contract.next(next.get().at())) {
                due.add(next.get().at());
            }
        }
    }

    private void apply(Change change, Instant now) {
        if (change instanceof Change.Apply apply) {
            add(apply.site(), now);
        } else if (change instanceof Change.DeleteContract delete) {
            contracts.remove(delete.name());
            scheduler.removeContract(delete.name());
        } else if (change instanceof Change.OfNodes nodes && nodes.what() == Change.OfNodes.What.DELETE) {
            nodes.nodes().forEach(scheduler::removeNode);
        }
    }

    private void look(Instant now) {
        scheduler.decide(now);
        gpus.clear();
        Map<CommitmentId, Oversold> lacking = new LinkedHashMap<>();
        Map<String, Integer> entitled = scheduler.cluster().quotas().entitled();
        for (Contract contract : contracts.values()) {
            for (Commitment commitment : contract.commitments()) {
                CommitmentId id = contract.id(commitment);
                int committed = contract.committed(commitment, now);
                int kept = entitled.getOrDefault(id.toString(), 0);
                if (kept < committed) {
                    lacking.put(
                            id,
                            oversold(
                                    new ContractView.Shortage(
                                            id, commitment.gpuClass(), commitment.unit(), committed, kept, 0),
                                    now));
                }
            }
        }
        open.forEach((id, before) -> {
            Oversold after = lacking.get(id);
            if (after != null && after.isSame(before)) {
                lacking.put(id, before);
            } else {
                found.add(before.until(now));
            }
        });
        open.clear();
        open.putAll(lacking);
    }

    private Oversold oversold(ContractView.Shortage shortage, Instant now) {
        Gpus of = gpus.computeIfAbsent(shortage.gpuClass(), this::gpus);
        return new Oversold(shortage, of.promised(), of.present(), now, Optional.empty());
    }

    private Gpus gpus(String gpuClass) {
        Cluster cluster = scheduler.cluster();
        long promised = 0;
        for (Contract contract : contracts.values()) {
            for (Commitment commitment : contract.commitments()) {
                if (commitment.gpuClass().equals(gpuClass)) {
                    promised += cluster.quotas()
                            .committedGpus(contract.id(commitment).toString());
                }
            }
        }
        List<PoolReport> pools = cluster.fleet().pools().stream()
                .filter(pool -> pool.gpuClass().equals(gpuClass))
                .flatMap(pool -> cluster.fleet().report(pool.name()).stream())
                .toList();
        long present = pools.stream().mapToLong(PoolReport::sellableGpus).sum();
        return new Gpus(promised, pools.isEmpty() ? Optional.empty() : Optional.of(present));
    }
}
