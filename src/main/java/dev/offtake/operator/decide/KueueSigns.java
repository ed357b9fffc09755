package dev.offtake.operator.decide;

import dev.offtake.operator.reconcile.BesideKueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Namespaces in which Kueue manages work. Only the loop touches it. */
final class KueueSigns {
    private final Map<String, TreeSet<String>> byNamespace = new TreeMap<>();
    private final Caches caches;

    KueueSigns(Caches caches) {
        this.caches = caches;
    }

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
    Map<String, List<BesideKueue>> byContract() {
        Map<String, List<BesideKueue>> all = new TreeMap<>();
        byNamespace.forEach((namespace, signs) -> {
            var tenancy = caches.tenancies.get(namespace);
            caches.contracts.values().stream()
                    .filter(contract -> tenancy != null && tenancy.mayUse(contract.tenant(), contract.name()))
                    .forEach(contract -> all.computeIfAbsent(contract.name(), n -> new ArrayList<>())
                            .add(new BesideKueue(namespace, signs.first(), !tenancy.isReported())));
        });
        return all;
    }
}
