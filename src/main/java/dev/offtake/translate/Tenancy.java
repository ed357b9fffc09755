package dev.offtake.translate;

import dev.offtake.api.Enforcement;
import dev.offtake.api.OfftakeLabels;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Map;
import java.util.Optional;

/**
 * Whose work a namespace holds.
 *
 * @param contract the only contract that it may draw on; empty for all of the tenant's
 * @param subTenant for which it competes inside the contract, where that lists it
 * @param enforcement whether its work is placed by contract, or it is only said what would be decided
 */
public record Tenancy(String tenant, Optional<String> contract, Optional<String> subTenant, Enforcement enforcement) {
    /** Of a namespace of no sub-tenant whose work is placed by contract. */
    public Tenancy(String tenant, Optional<String> contract) {
        this(tenant, contract, Optional.empty(), Enforcement.ENFORCE);
    }

    /**
     * Empty for a namespace of no tenant. One whose label is empty has a tenant without contracts: admission gates its
     * pods as well, which have to be told why.
     *
     * @param usual enforcement of namespaces whose label does not say another; admission selects namespaces in the same way
     */
    public static Optional<Tenancy> of(Namespace namespace, Enforcement usual) {
        Map<String, String> labels = NodeFilters.orEmpty(namespace.getMetadata().getLabels());
        return Optional.ofNullable(labels.get(OfftakeLabels.TENANT))
                .map(tenant -> new Tenancy(
                        tenant,
                        Optional.ofNullable(labels.get(OfftakeLabels.CONTRACT)).filter(c -> !c.isEmpty()),
                        Optional.ofNullable(labels.get(OfftakeLabels.SUB_TENANT))
                                .filter(s -> !s.isEmpty()),
                        enforcement(labels, usual)));
    }

    /** Pods of the platform's own namespaces are never gated, so there is nothing to be said of them either. */
    private static Enforcement enforcement(Map<String, String> labels, Enforcement usual) {
        if ("true".equals(labels.get(OfftakeLabels.SYSTEM))) {
            return Enforcement.ENFORCE;
        }
        return Optional.ofNullable(labels.get(OfftakeLabels.ENFORCEMENT))
                .flatMap(Enforcement::of)
                .orElse(usual);
    }

    /** Whether its work is placed by others. */
    public boolean isReported() {
        return enforcement == Enforcement.REPORT;
    }

    /** Whether its work may draw on this contract of the tenant. */
    public boolean mayUse(String tenantOfContract, String contractName) {
        return tenant.equals(tenantOfContract)
                && contract.map(contractName::equals).orElse(true);
    }
}
