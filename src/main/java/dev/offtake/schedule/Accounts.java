package dev.offtake.schedule;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.CommitmentId;
import dev.offtake.contract.Contract;
import dev.offtake.contract.Lending;
import dev.offtake.contract.SubTenant;
import dev.offtake.placement.Account;
import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The admitted contracts, and which of their commitments a gang may draw on. */
final class Accounts {
    private final Map<String, Contract> contracts = new TreeMap<>();
    private final Map<Asked, List<Choice>> choices = new HashMap<>();
    /** The names of a tenant's accounts. */
    private final Map<String, List<String>> byTenant = new HashMap<>();

    private Optional<Instant> due = Optional.of(Instant.EPOCH);
    private boolean anySubTenants;
    /** Another number after each change by which gangs may have other choices. */
    private long generation = 1;

    /**
     * An account that a gang may draw on.
     *
     * @param gpuClass of what the commitment is about
     * @param lending by whose rules lent GPUs are taken back for it: its own, or where it takes what was not sold, the
     *     usual ones
     * @param preemption by whose rules work of lower priority on the same account is evicted for it, if at all
     */
    record Choice(
            CommitmentId commitment,
            Claimant claimant,
            String gpuClass,
            Lending lending,
            Optional<Lending> preemption) {
        static Choice of(CommitmentId id, Commitment commitment, Tier tier) {
            return new Choice(
                    id,
                    new Claimant(id.toString(), tier),
                    commitment.gpuClass(),
                    Accounts.lending(commitment, tier),
                    commitment.preempts() && tier != Tier.SPOT ? Optional.of(commitment.lending()) : Optional.empty());
        }

        /** Whether the gang does not say which of them it prefers. */
        boolean isAlike(Choice other) {
            return claimant.tier() == other.claimant.tier() && gpuClass.equals(other.gpuClass);
        }

        /** What a gang is granted that begins on it now. */
        Decision.Grant grant(GangSpec gang, Instant now) {
            return new Decision.Grant(
                    commitment, claimant.tier(), now, gang.duration().map(now::plus));
        }
    }

    /** On what it depends which accounts a gang may draw on. */
    record Asked(String tenant, Optional<String> contract, List<String> classes, List<Tier> tiers) {
        static Asked of(GangSpec gang) {
            return new Asked(gang.tenant(), gang.contract(), gang.gpuClasses(), gang.tiers());
        }
    }

    void put(Contract contract) {
        contracts.put(contract.name(), contract);
        due = Optional.of(Instant.EPOCH);
        changed();
    }

    boolean remove(String name) {
        boolean known = contracts.remove(name) != null;
        due = known ? Optional.of(Instant.EPOCH) : due;
        changed();
        return known;
    }

    private void changed() {
        forgetChoices();
        byTenant.clear();
        anySubTenants =
                contracts.values().stream().anyMatch(c -> !c.subTenants().isEmpty());
    }

    private Optional<Commitment> commitment(CommitmentId id) {
        return contract(id.contract()).stream()
                .flatMap(contract -> contract.commitments().stream())
                .filter(commitment -> commitment.name().equals(id.commitment()))
                .findFirst();
    }

    /** Whether work that runs on a commitment may be moved. */
    boolean moves(CommitmentId id) {
        return commitment(id).filter(Commitment::moves).isPresent();
    }

    /** Whether work of higher priority evicts others that run on a commitment. */
    boolean preempts(CommitmentId id) {
        return commitment(id).filter(Commitment::preempts).isPresent();
    }

    /** By whose rules lent GPUs are taken back for work on a commitment: see {@link Choice}. */
    Lending lending(CommitmentId id, Tier tier) {
        return commitment(id).map(commitment -> lending(commitment, tier)).orElse(Lending.DEFAULT);
    }

    private static Lending lending(Commitment commitment, Tier tier) {
        return tier == Tier.RESERVED ? commitment.lending() : Lending.DEFAULT;
    }

    /** How long ahead work that runs on a commitment is told that it has to go. */
    Duration notice(CommitmentId id) {
        return commitment(id).map(Commitment::lending).orElse(Lending.DEFAULT).notice();
    }

    /** For so long work is left alone that is lent, where a commitment asks for what it has. */
    Duration minRuntime(CommitmentId id) {
        return commitment(id).map(Commitment::lending).orElse(Lending.DEFAULT).minRuntime();
    }

    Optional<Contract> contract(String name) {
        return Optional.ofNullable(contracts.get(name));
    }

    /** All contracts in the order of their admission. */
    List<Contract> inOrder() {
        return contracts.values().stream().sorted(Contract.BY_ADMISSION).toList();
    }

    /** GPUs that are lent to a tenant for each GPU that is committed to it; without a commitment it comes last. */
    double lentShare(String tenant, Cluster cluster) {
        return LentUse.of(accountsOf(tenant), cluster).share();
    }

    /** GPUs that may be lent to a tenant until it has a larger share than this; negative where it has. */
    long lentUpTo(double share, String tenant, Cluster cluster) {
        return LentUse.of(accountsOf(tenant), cluster).upTo(share);
    }

    private List<String> accountsOf(String tenant) {
        return byTenant.computeIfAbsent(
                tenant,
                t -> contracts.values().stream()
                        .filter(contract -> contract.tenant().equals(t))
                        .flatMap(contract -> contract.commitments().stream()
                                .map(commitment -> contract.id(commitment).toString()))
                        .toList());
    }

    /** When {@link #at} gives something else than it did last. */
    Optional<Instant> due() {
        return due;
    }

    /** What is promised at this instant; contracts that are not active hold nothing. */
    Collection<Account> at(Instant now) {
        due = next(now);
        forgetChoices();
        List<Account> accounts = new ArrayList<>();
        for (Contract contract : inOrder()) {
            if (contract.lifecycle(now) == Contract.Lifecycle.ACTIVE) {
                for (Commitment commitment : contract.commitments()) {
                    accounts.add(new Account(
                            contract.id(commitment).toString(),
                            commitment.gpuClass(),
                            commitment.unit(),
                            contract.committed(commitment, now),
                            commitment.onDemandGpus(),
                            commitment.lending().allowed()));
                }
            }
        }
        return accounts;
    }

    private Optional<Instant> next(Instant now) {
        return contracts.values().stream()
                .flatMap(c -> c.next(now).stream())
                .map(Contract.Change::at)
                .min(Instant::compareTo);
    }

    /**
     * The accounts that a gang may draw on, best first: by its tiers, then its classes, then the admission of the
     * contracts. Without classes it is of the class of the tenant's first commitment.
     */
    List<Choice> choices(GangSpec gang, Instant now) {
        return choices(Asked.of(gang), gang, now);
    }

    /** The same; its template remembers them, as they are asked for again and again. */
    List<Choice> choices(Gang gang, Instant now) {
        Template template = gang.template();
        if (template.choicesOf() != generation) {
            template.remember(choices(template.asked(), gang.spec(), now), generation);
        }
        return template.choices();
    }

    private void forgetChoices() {
        choices.clear();
        generation++;
    }

    /** The same, for one who asks like this. */
    List<Choice> choices(Asked asked, GangSpec gang, Instant now) {
        List<Choice> known = choices.get(asked);
        return known != null ? known : choices.computeIfAbsent(asked, a -> choose(gang, now));
    }

    /** The class of the tenant's first commitment. */
    Optional<String> defaultClass(GangSpec gang, Instant now) {
        return usable(gang, now).stream()
                .findFirst()
                .map(c -> c.commitments().get(0).gpuClass());
    }

    private List<Contract> usable(GangSpec gang, Instant now) {
        return inOrder().stream()
                .filter(c -> c.tenant().equals(gang.tenant())
                        && c.lifecycle(now) == Contract.Lifecycle.ACTIVE
                        && (gang.contract().isEmpty() || gang.contract().get().equals(c.name())))
                .toList();
    }

    private List<Choice> choose(GangSpec gang, Instant now) {
        List<Contract> usable = usable(gang, now);
        if (usable.isEmpty()) {
            return List.of();
        }
        List<String> classes = gang.gpuClasses().isEmpty()
                ? usable.stream()
                        .flatMap(c -> c.commitments().stream())
                        .limit(1)
                        .map(Commitment::gpuClass)
                        .toList()
                : gang.gpuClasses();
        List<Choice> choices = new ArrayList<>();
        for (Tier tier : gang.tiers()) {
            for (String gpuClass : classes) {
                List<Choice> ofClass = new ArrayList<>();
                for (Contract contract : usable) {
                    for (Commitment commitment : contract.commitments()) {
                        if (commitment.gpuClass().equals(gpuClass)) {
                            ofClass.add(Choice.of(contract.id(commitment), commitment, tier));
                        }
                    }
                }
                // What is idle is idle, on whose account it is lent.
                choices.addAll(tier == Tier.SPOT ? ofClass.stream().limit(1).toList() : ofClass);
            }
        }
        return choices;
    }

    /**
     * By what a gang has its place in the queue: where the contract that it would rather draw on lists sub-tenants, it
     * competes with all that would.
     */
    Rank rank(Gang of, Instant now) {
        GangSpec gang = of.spec();
        Rank plain = of.template().rank(gang.priority());
        if (!anySubTenants()) {
            return plain;
        }
        Optional<String> name =
                choices(gang, now).stream().findFirst().map(c -> c.commitment().contract());
        Optional<SubTenant> subTenant = name.flatMap(this::contract).flatMap(c -> c.subTenant(gang.subTenant()));
        return subTenant.isEmpty()
                ? plain
                : new Rank(
                        new Queue.Line(gang.tenant(), name.get(), plain.line().tier()),
                        subTenant,
                        subTenant.get().capped(gang.priority()));
    }

    /** The priority of a gang that counts on a commitment of this contract. */
    int priority(GangSpec gang, String contract) {
        return contract(contract)
                .flatMap(c -> c.subTenant(gang.subTenant()))
                .map(s -> s.capped(gang.priority()))
                .orElse(gang.priority());
    }

    /** Whether tenants are more than one side in any contract. */
    boolean anySubTenants() {
        return anySubTenants;
    }

    /** Why a gang has no choice. */
    Reason none(GangSpec gang, Instant now) {
        List<String> classes = contracts.values().stream()
                .filter(c -> c.tenant().equals(gang.tenant()) && c.lifecycle(now) == Contract.Lifecycle.ACTIVE)
                .flatMap(c -> c.commitments().stream().map(Commitment::gpuClass))
                .distinct()
                .sorted()
                .toList();
        String asked = String.join(",", gang.gpuClasses());
        return Reason.of(
                Reason.Code.NO_ACTIVE_CONTRACT,
                "tenant",
                gang.tenant(),
                "contract",
                gang.contract().orElse(""),
                "class",
                asked,
                "classesUnderContract",
                String.join(",", classes));
    }
}
