package dev.offtake.operator.decide;

import dev.offtake.contract.Contract;
import dev.offtake.operator.reconcile.BesideKueue;
import dev.offtake.translate.Tenancy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Namespaces in which Kueue manages work. Only the loop touches it. */
final class KueueSigns {
    private final Map<String, TreeSet<String>> byNamespace = new TreeMap<>();

    /**
     * What is known of one object.
     *
     * @param what kind and name, as messages call it
     */
    void put(String namespace, String what, boolean managed) {
        if (managed) {
            byNamespace.computeIfAbsent(namespace, n -> new TreeSet<>()).add(what);
        } else {
            TreeSet<String> signs = byNamespace.get(namespace);
            if (signs != null && signs.remove(what) && signs.isEmpty()) {
                byNamespace.remove(namespace);
            }
        }
    }

    /** The namespaces of each contract in which there is such work; contracts without any are left out. */
    Map<String, List<BesideKueue>> byContract(Collection<Contract> contracts, Map<String, Tenancy> tenancies) {
        Map<String, List<BesideKueue>> all = new TreeMap<>();
        byNamespace.forEach((namespace, signs) -> {
            Optional<Tenancy> tenancy = Optional.ofNullable(tenancies.get(namespace));
            for (Contract contract : contracts) {
                tenancy.filter(t -> t.mayUse(contract.tenant(), contract.name()))
                        .ifPresent(t -> all.computeIfAbsent(contract.name(), n -> new ArrayList<>())
                                .add(new BesideKueue(namespace, signs.first(), !t.isReported())));
            }
        });
        return all;
    }
}
