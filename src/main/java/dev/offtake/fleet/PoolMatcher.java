package dev.offtake.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which nodes a pool claims: its selector holds, and the first product key that the node carries has one of its values. */
final class PoolMatcher {
    private static final String GKE_PRODUCT = "cloud.google.com/gke-accelerator";
    /**
     * GKE names the whole GPU also where it is shared or partitioned, and says that in further labels.
     * Source: cloud.google.com/kubernetes-engine/docs, GPU time-sharing and multi-instance GPU.
     */
    private static final List<String> GKE_SHARING = List.of(
            "cloud.google.com/gke-gpu-partition-size",
            "cloud.google.com/gke-gpu-sharing-strategy",
            "cloud.google.com/gke-max-shared-clients-per-gpu");

    private final Pool pool;
    private final List<List<String>> groups;

    PoolMatcher(Pool pool) {
        this.pool = pool;
        List<List<String>> all = new ArrayList<>();
        all.add(pool.product().stream().map(ProductKey::key).toList());
        pool.keyedLevels().forEach(level -> all.add(level.keys()));
        this.groups = List.copyOf(all);
    }

    /** The groups of label keys that decide on product and cells, see {@link HeldLabels}. */
    List<List<String>> groups() {
        return groups;
    }

    boolean claims(Member member) {
        if (!Requirement.all(pool.selector(), member.facts.labels())) {
            return false;
        }
        for (ProductKey product : pool.product()) {
            @Nullable String value = member.label(product.key());
            if (value != null) {
                return product.values().contains(value)
                        && gkeSharing(product.key(), member.facts.labels()).isEmpty();
            }
        }
        return false;
    }

    /** Why the pool does not claim a node with these labels; empty if it does. */
    Optional<String> refusal(Map<String, String> labels) {
        for (Requirement requirement : pool.selector()) {
            if (!requirement.matches(labels)) {
                return Optional.of("its selector asks for " + text(requirement) + ", the node has "
                        + carried(requirement.key(), labels));
            }
        }
        for (ProductKey product : pool.product()) {
            @Nullable String value = Member.value(labels, product.key());
            if (value == null) {
                continue;
            }
            Optional<String> gkeSharing = gkeSharing(product.key(), labels);
            if (gkeSharing.isPresent()) {
                return Optional.of("label " + gkeSharing.get() + " says that its GPUs are shared or partitioned");
            }
            if (product.values().contains(value)) {
                return Optional.empty();
            }
            String shared = value.endsWith("-SHARED") || value.contains("-MIG-")
                    ? ", which is shared or partitioned and so not whole GPUs"
                    : "";
            return Optional.of("label " + product.key() + " is " + value + shared + "; it takes "
                    + String.join(", ", product.values()));
        }
        return Optional.of("the node carries none of its product labels "
                + String.join(", ", pool.product().stream().map(ProductKey::key).toList()));
    }

    private static Optional<String> gkeSharing(String productKey, Map<String, String> labels) {
        return productKey.equals(GKE_PRODUCT)
                ? GKE_SHARING.stream()
                        .filter(key -> Member.value(labels, key) != null)
                        .findFirst()
                : Optional.empty();
    }

    private static String carried(String key, Map<String, String> labels) {
        @Nullable String value = labels.get(key);
        return value == null ? "no such label" : key + "=" + value;
    }

    private static String text(Requirement requirement) {
        String operator = requirement.operator().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return requirement.key() + " " + operator
                + (requirement.values().isEmpty() ? "" : " " + String.join(", ", requirement.values()));
    }
}
