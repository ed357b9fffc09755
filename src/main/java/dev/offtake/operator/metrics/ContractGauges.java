package dev.offtake.operator.metrics;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.CommitmentId;
import dev.offtake.contract.Contract;
import dev.offtake.placement.AccountView;
import dev.offtake.placement.PoolView;
import dev.offtake.placement.Views;
import dev.offtake.schedule.ContractView;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.Standing;
import dev.offtake.schedule.Unserved;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The metrics of contracts, one series per commitment. */
final class ContractGauges {
    private final Tables tables;
    private final InstantSource clock;

    ContractGauges(MeterRegistry registry, InstantSource clock) {
        this.clock = clock;
        tables = new Tables(
                registry,
                Catalog.CONTRACT_COMMITTED,
                Catalog.CONTRACT_ENTITLED,
                Catalog.CONTRACT_CLAIMED,
                Catalog.CONTRACT_USED,
                Catalog.CONTRACT_ON_DEMAND_LIMIT,
                Catalog.CONTRACT_LENT,
                Catalog.CONTRACT_WAITING,
                Catalog.CONTRACT_UNSERVED,
                Catalog.CONTRACT_UNSERVED_BY_CAUSE,
                Catalog.CONTRACT_OLDEST_WAIT,
                Catalog.CONTRACT_TIME_TO_PLACE);
    }

    /** @param since when each gang with demand within a commitment began to wait; those without are left out */
    void show(Views views, Standing standing, Map<GangId, Instant> since) {
        List<Contract> contracts = standing.contracts().values().stream()
                .map(ContractView::contract)
                .toList();
        Map<CommitmentId, Integer> lent = LentShares.of(contracts, views);
        Map<CommitmentId, List<Unserved>> unserved = standing.unserved().stream()
                .filter(demand -> since.containsKey(demand.gang()))
                .collect(Collectors.groupingBy(Unserved::commitment));
        for (Contract contract : contracts) {
            for (Commitment commitment : contract.commitments()) {
                CommitmentId id = contract.id(commitment);
                String[] labels = {contract.name(), contract.tenant(), commitment.name(), commitment.gpuClass()};
                account(views, id, labels);
                tables.put(Catalog.CONTRACT_ON_DEMAND_LIMIT, limit(views, id, commitment), labels);
                tables.put(Catalog.CONTRACT_LENT, lent.getOrDefault(id, 0), labels);
                tables.put(Catalog.CONTRACT_WAITING, standing.waiting().getOrDefault(id, 0), labels);
                contract.timeToPlace()
                        .ifPresent(limit -> tables.put(Catalog.CONTRACT_TIME_TO_PLACE, seconds(limit), labels));
                unserved(unserved.getOrDefault(id, List.of()), pools(views, commitment.gpuClass()), since, labels);
            }
        }
        tables.show();
    }

    private void account(Views views, CommitmentId id, String... labels) {
        AccountView account = Optional.ofNullable(views.accounts().get(id.toString()))
                .orElse(new AccountView(id.toString(), 0, 0, 0, 0, 0, 0, 0, 0));
        int unit = account.unitGpus();
        // Without a pool of the class nobody knows how many GPUs are owed, which is not the same as none.
        if (unit > 0 || account.committed() == 0) {
            tables.put(Catalog.CONTRACT_COMMITTED, account.committedGpus(), labels);
            tables.put(Catalog.CONTRACT_CLAIMED, account.claimed() * unit, labels);
        }
        // Nothing can be kept without a pool: what runs on when it is deleted is above the entitlement.
        tables.put(Catalog.CONTRACT_ENTITLED, account.entitled() * unit, labels);
        Views.Held held = views.held(id.toString());
        tables.put(Catalog.CONTRACT_USED, held.reserved(), Tables.with(labels, "Reserved"));
        tables.put(Catalog.CONTRACT_USED, held.onDemand(), Tables.with(labels, "OnDemand"));
        tables.put(Catalog.CONTRACT_USED, held.spot(), Tables.with(labels, "Spot"));
    }

    /** A contract that is not active has no limit either. */
    private static int limit(Views views, CommitmentId id, Commitment commitment) {
        return views.accounts().containsKey(id.toString()) ? commitment.onDemandGpus() : 0;
    }

    private void unserved(List<Unserved> demands, List<PoolView> pools, Map<GangId, Instant> since, String... labels) {
        Map<Cause, Integer> byCause = new EnumMap<>(Cause.class);
        demands.forEach(u -> byCause.merge(Cause.of(u, pools), u.gpus(), Integer::sum));
        byCause.forEach((cause, gpus) ->
                tables.put(Catalog.CONTRACT_UNSERVED_BY_CAUSE, gpus, Tables.with(labels, cause.spelled())));
        tables.put(
                Catalog.CONTRACT_UNSERVED,
                demands.stream().mapToInt(Unserved::gpus).sum(),
                labels);
        Optional<Instant> oldest = demands.stream()
                .flatMap(u -> Optional.ofNullable(since.get(u.gang())).stream())
                .min(Instant::compareTo);
        tables.put(
                Catalog.CONTRACT_OLDEST_WAIT,
                () -> oldest.map(at -> Math.max(0, seconds(Duration.between(at, clock.instant()))))
                        .orElse(0.0),
                labels);
    }

    private static List<PoolView> pools(Views views, String gpuClass) {
        return views.pools().values().stream()
                .filter(view -> view.pool().gpuClass().equals(gpuClass))
                .toList();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    void clear() {
        tables.show();
    }
}
