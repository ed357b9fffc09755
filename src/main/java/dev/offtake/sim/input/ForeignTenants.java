package dev.offtake.sim.input;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Names of users and queues of foreign traces as those of tenants, which are DNS labels. Two of them may become one, which
 * is told.
 */
final class ForeignTenants {
    private static final int MOST = 63;

    private final Map<String, String> names = new HashMap<>();
    private final Map<String, TreeSet<String>> byTenant = new TreeMap<>();

    /** In lower case, with a dash for each character that a tenant's name cannot have. */
    String tenant(String foreign) {
        return names.computeIfAbsent(foreign, this::name);
    }

    private String name(String foreign) {
        String dashed = foreign.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
        String cut = dashed.substring(0, Math.min(MOST, dashed.length()));
        String name = cut.replaceAll("^-+|-+$", "");
        String tenant = name.isEmpty() ? "unnamed" : name;
        byTenant.computeIfAbsent(tenant, t -> new TreeSet<>()).add(foreign);
        return tenant;
    }

    /** Different names that are one tenant now. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        byTenant.forEach((tenant, all) -> {
            if (all.size() > 1) {
                notes.add("of the trace, " + String.join(" and ", all) + " are one tenant, " + tenant
                        + "; rename all but one if they are not");
            }
        });
        return notes;
    }
}
