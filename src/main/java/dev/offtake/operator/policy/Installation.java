package dev.offtake.operator.policy;

import dev.offtake.api.Enforcement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * With which values the policies were installed: what the ConfigMap {@code offtake-resources} says of it.
 *
 * @param namespace of the operator
 * @param refusesUncontracted whether GPU pods of namespaces without a tenant are refused
 * @param exemptNamespaces whose pods may have any priority, besides those of kube-system and of the operator
 * @param enforcement of namespaces that do not say another
 */
record Installation(
        String namespace, boolean refusesUncontracted, List<String> exemptNamespaces, Enforcement enforcement) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    Installation {
        exemptNamespaces = List.copyOf(exemptNamespaces);
    }

    /** What is said nowhere is as in the manifest. */
    static Installation of(String namespace, Map<?, ?> data) {
        return new Installation(
                namespace,
                "Refuse".equals(data.get("uncontracted")),
                names(data.get("exemptNamespaces")),
                Enforcement.of(String.valueOf(data.get("enforcement"))).orElse(Enforcement.ENFORCE));
    }

    private static List<String> names(@Nullable Object list) {
        return list == null
                ? List.of()
                : Arrays.stream(list.toString().split(","))
                        .map(String::trim)
                        .filter(name -> NAME.matcher(name).matches())
                        .toList();
    }
}
