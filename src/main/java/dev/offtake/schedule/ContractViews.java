package dev.offtake.schedule;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.CommitmentId;
import dev.offtake.contract.Contract;
import dev.offtake.contract.Tranche;
import dev.offtake.placement.AccountView;
import dev.offtake.placement.Tier;
import dev.offtake.placement.Views;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What others may know of the contracts at one instant. */
public final class ContractViews {
    private final Map<CommitmentId, Integer> waiting = new HashMap<>();
    private final Map<CommitmentId, Integer> waitingReserved = new HashMap<>();
    private final Map<Reason.Code, Integer> waits = new TreeMap<>();
    private final Shortfalls shortfalls;
    private final Map<CommitmentId, Integer> beyond = new HashMap<>();
    private final Views views;
    private final Shares shares;
    private final Instant now;

    private ContractViews(Scheduler scheduler, Views views, Instant now) {
        this.views = views;
        this.now = now;
        shares = scheduler.shares();
        shortfalls = new Shortfalls(scheduler.accounts(), views);
        for (GangView gang : scheduler.gangs()) {
            gang.waiting().ifPresent(reason -> waits.merge(reason.code(), 1, Integer::sum));
            if (gang.placed()) {
                gang.commitment().ifPresent(c -> {
                    count(gang, c, gang.tier().orElseThrow());
                    shortfalls.placed(gang, c, gang.tier().orElseThrow());
                });
            } else if (gang.spec().problem().isEmpty()) {
                List<Accounts.Choice> choices = scheduler.accounts().choices(gang.spec(), now);
                choices.stream()
                        .findFirst()
                        .ifPresent(choice -> count(
                                gang, choice.commitment(), choice.claimant().tier()));
                shortfalls.waiting(gang, choices);
            }
        }
    }

    private void count(GangView gang, CommitmentId commitment, Tier tier) {
        waiting.merge(commitment, gang.waitingGpus(), Integer::sum);
        beyond.merge(commitment, gang.unchargedGpus(), Integer::sum);
        if (tier == Tier.RESERVED) {
            waitingReserved.merge(commitment, gang.waitingGpus(), Integer::sum);
        }
    }

    /**
     * All admitted contracts by name.
     *
     * @param views of the scheduler's cluster at the same instant
     */
    public static Map<String, ContractView> of(Scheduler scheduler, Views views, Instant now) {
        return standing(scheduler, views, now).contracts();
    }

    /**
     * All admitted contracts, and what waits.
     *
     * @param views of the scheduler's cluster at the same instant
     */
    public static Standing standing(Scheduler scheduler, Views views, Instant now) {
        ContractViews all = new ContractViews(scheduler, views, now);
        Map<String, ContractView> byName = new TreeMap<>();
        for (Contract contract : scheduler.accounts().inOrder()) {
            byName.put(contract.name(), all.view(contract));
        }
        return new Standing(byName, all.waiting, all.waits, all.shortfalls.found());
    }

    private ContractView view(Contract contract) {
        List<ContractView.TrancheView> tranches = new ArrayList<>();
        List<ContractView.Shortage> shortages = new ArrayList<>();
        long committed = 0;
        int entitled = 0;
        int used = 0;
        int onDemand = 0;
        int waits = 0;
        int without = 0;
        for (Commitment commitment : contract.commitments()) {
            CommitmentId id = contract.id(commitment);
            AccountView account = views.accounts()
                    .getOrDefault(id.toString(), new AccountView(id.toString(), 0, 0, 0, 0, 0, 0, 0, 0));
            committed += account.committedGpus();
            entitled += account.entitled() * account.unitGpus();
            used += account.usedGpus();
            onDemand += account.onDemandUsed();
            waits += waiting.getOrDefault(id, 0);
            without += beyond.getOrDefault(id, 0);
            tranches.addAll(tranches(contract, commitment, account));
            if (account.entitled() < account.committed()) {
                shortages.add(new ContractView.Shortage(
                        id,
                        commitment.gpuClass(),
                        commitment.unit(),
                        account.committed(),
                        account.entitled(),
                        waitingReserved.getOrDefault(id, 0)));
            }
        }
        return new ContractView(
                contract,
                new ContractView.Gpus(committed, entitled, used, onDemand, waits, without),
                tranches,
                shares.views(contract, entitled),
                shortages);
    }

    private List<ContractView.TrancheView> tranches(Contract contract, Commitment commitment, AccountView account) {
        List<Tranche> due = commitment.tranches().stream()
                .filter(t -> contract.term().contains(now) && t.due().contains(now))
                .sorted(Comparator.comparing((Tranche t) -> t.due().start()).thenComparing(Tranche::name))
                .toList();
        Map<String, ContractView.TrancheView> filled = new HashMap<>();
        int entitled = account.entitled();
        int whole = account.claimed() - account.bound();
        int bound = account.bound();
        int idle = account.boundIdleGpus();
        for (Tranche tranche : due) {
            int wholeHere = Math.min(whole, tranche.quantity());
            int boundHere = Math.min(bound, tranche.quantity() - wholeHere);
            int idleHere = Math.min(idle, boundHere * Math.max(0, account.unitGpus() - 1));
            int entitledHere = Math.min(entitled, tranche.quantity());
            filled.put(
                    tranche.name(),
                    new ContractView.TrancheView(
                            commitment.name(), tranche, entitledHere, wholeHere + boundHere, boundHere, idleHere));
            whole -= wholeHere;
            bound -= boundHere;
            idle -= idleHere;
            entitled -= entitledHere;
        }
        return commitment.tranches().stream()
                .map(t -> filled.getOrDefault(t.name(), new ContractView.TrancheView(commitment.name(), t, 0, 0, 0, 0)))
                .toList();
    }
}
