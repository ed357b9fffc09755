package dev.offtake.schedule;

import dev.offtake.contract.Contract;
import dev.offtake.contract.SubTenant;
import dev.offtake.placement.Tier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How many GPUs of each contract its sub-tenants have in use, kept up to date as seats come and go. */
final class Shares {
    private final Accounts accounts;
    /** By contract, then by what the namespaces say; empty for nothing. */
    private final Map<String, Map<String, Use>> uses = new HashMap<>();

    private final Map<String, String> contractOf = new HashMap<>();

    private static final class Use {
        private long firm;
        private long lent;

        long gpus(boolean ofLent) {
            return ofLent ? lent : firm;
        }
    }

    Shares(Accounts accounts) {
        this.accounts = accounts;
    }

    /** A gang has a seat more, or fewer where negative; one that it is to leave counts as lent. */
    void count(Gang gang, Seat seat, int seats) {
        String contract = contractOf.computeIfAbsent(
                seat.counted().account(), account -> account.substring(0, account.indexOf('/')));
        Map<String, Use> here = uses.computeIfAbsent(contract, c -> new HashMap<>());
        String label = gang.spec().subTenant().orElse("");
        Use use = here.computeIfAbsent(label, l -> new Use());
        long gpus = (long) seats * seat.shape().gpus();
        if (seat.counted().tier() == Tier.SPOT) {
            use.lent += gpus;
        } else {
            use.firm += gpus;
        }
        if (use.firm == 0 && use.lent == 0) {
            here.remove(label);
        }
    }

    /** So many GPUs of one's own and on loan. */
    record Gpus(long firm, long lent) {
        static final Gpus NONE = new Gpus(0, 0);

        static Gpus of(Tier tier, long gpus) {
            return tier == Tier.SPOT ? new Gpus(0, gpus) : new Gpus(gpus, 0);
        }

        Gpus and(Gpus more) {
            return new Gpus(firm + more.firm, lent + more.lent);
        }
    }

    /** What is in use, by contract and by what the namespaces say. */
    Map<String, Map<String, Gpus>> all() {
        Map<String, Map<String, Gpus>> all = new HashMap<>();
        uses.forEach((contract, of) -> of.forEach((label, use) ->
                all.computeIfAbsent(contract, c -> new HashMap<>()).put(label, new Gpus(use.firm, use.lent))));
        return all;
    }

    /**
     * GPUs of a contract that a sub-tenant of it has in use.
     *
     * @param lent those on loan; else those that are its own
     */
    long gpus(String contract, SubTenant subTenant, boolean lent) {
        Map<String, Use> here = uses.getOrDefault(contract, Map.of());
        if (!subTenant.equals(SubTenant.OTHERS)) {
            return gpus(here, subTenant, lent);
        }
        List<SubTenant> listed =
                accounts.contract(contract).map(Contract::subTenants).orElse(List.of());
        return here.values().stream().mapToLong(use -> use.gpus(lent)).sum()
                - listed.stream().mapToLong(other -> gpus(here, other, lent)).sum();
    }

    private static long gpus(Map<String, Use> here, SubTenant subTenant, boolean lent) {
        return Optional.ofNullable(here.get(subTenant.name()))
                .map(use -> use.gpus(lent))
                .orElse(0L);
    }

    /**
     * The sub-tenants of a contract, with those that no name is for if they use anything.
     *
     * @param entitled GPUs that they share
     */
    List<ContractView.SubTenantView> views(Contract contract, int entitled) {
        if (contract.subTenants().isEmpty()) {
            return List.of();
        }
        List<SubTenant> sides = new ArrayList<>(contract.subTenants());
        if (gpus(contract.name(), SubTenant.OTHERS, false) > 0) {
            sides.add(SubTenant.OTHERS);
        }
        long weights = sides.stream().mapToLong(SubTenant::weight).sum();
        return sides.stream()
                .map(s -> new ContractView.SubTenantView(
                        s, (int) gpus(contract.name(), s, false), (int) ((long) entitled * s.weight() / weights)))
                .toList();
    }

    /** How much the sub-tenant of such a gang has of its share of what is its own. */
    Portion portion(Rank rank) {
        return portion(rank, false);
    }

    /** The same; of what is on loan, where that is given out. */
    Portion portion(Rank rank, boolean lent) {
        return rank.subTenant()
                .map(s -> new Portion(gpus(rank.line().contract(), s, lent), s.weight()))
                .orElse(Portion.NONE);
    }
}
