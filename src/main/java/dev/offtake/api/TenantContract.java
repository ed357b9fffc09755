package dev.offtake.api;

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.INTEGER;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.STRING;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** What one tenant was promised, for a term. */
@Group(OfftakeNames.GROUP)
@Version(OfftakeNames.VERSION)
@Kind("TenantContract")
@Singular("tenantcontract")
@Plural("tenantcontracts")
@ShortNames({"contract", "contracts"})
@Categories(OfftakeNames.CATEGORY)
@ValidationRule(
        // Lists that are keyed by name are equal in any order, but the first commitment names the default class.
        // Sub-tenants are the tenant's own business.
        value = "!has(oldSelf.status) || !has(oldSelf.status.admittedAt) || self.spec.tenant == oldSelf.spec.tenant"
                + " && self.spec.term == oldSelf.spec.term && self.spec.commitments == oldSelf.spec.commitments"
                + " && self.spec.commitments.map(c, c.name) == oldSelf.spec.commitments.map(c, c.name)"
                + " && has(self.spec.timeToPlace) == has(oldSelf.spec.timeToPlace)"
                + " && (!has(self.spec.timeToPlace) || self.spec.timeToPlace == oldSelf.spec.timeToPlace)",
        fieldPath = ".spec",
        messageExpression = "'the terms of %s are immutable, it was admitted at %s: make a new contract'"
                + ".format([self.metadata.name, oldSelf.status.admittedAt])")
@ValidationRule(
        value = "size(self.metadata.name) <= 63",
        messageExpression =
                "'metadata.name %s has %d characters and cannot be the value of the namespace label offtake.dev/contract: choose"
                        + " one of at most 63'.format([self.metadata.name, size(self.metadata.name)])")
@AdditionalPrinterColumn(name = "TENANT", jsonPath = ".spec.tenant", type = STRING)
@AdditionalPrinterColumn(name = "LIFECYCLE", jsonPath = ".status.lifecycle", type = STRING)
@AdditionalPrinterColumn(
        name = "FEASIBLE",
        jsonPath = ".status.conditions[?(@.type==\"Feasible\")].status",
        type = STRING)
@AdditionalPrinterColumn(name = "COMMITTED", jsonPath = ".status.gpus.committed", type = INTEGER)
@AdditionalPrinterColumn(name = "ENTITLED", jsonPath = ".status.gpus.entitled", type = INTEGER)
@AdditionalPrinterColumn(name = "USED", jsonPath = ".status.gpus.used", type = INTEGER)
@AdditionalPrinterColumn(
        name = "MET",
        jsonPath = ".status.conditions[?(@.type==\"GuaranteeMet\")].status",
        type = STRING)
@AdditionalPrinterColumn(name = "NEXT", jsonPath = ".status.next.at", type = STRING)
@AdditionalPrinterColumn(name = "END", jsonPath = ".spec.term.end", type = STRING)
@JsonClassDescription("What one tenant was promised: quantities of GPU classes, in tranches, for a term. Once admitted,"
        + " the terms are immutable.")
public final class TenantContract extends CustomResource<TenantContractSpec, TenantContractStatus> {
    /** Type of the condition that says whether the contract can be kept. */
    public static final String FEASIBLE = "Feasible";

    /** Type of the condition that says whether the tenant could have all that it is owed now. */
    public static final String GUARANTEE_MET = "GuaranteeMet";

    /** Type of the condition that says whether what is lent comes back as soon as work of the class is to be placed. */
    public static final String RECLAIM_IN_TIME = "ReclaimInTime";

    /** Type of the condition that says that Kueue manages work in namespaces of the contract. */
    public static final String KUEUE_CONFLICT = "KueueConflict";

    @Required
    @JsonPropertyDescription(
            "What was agreed. Immutable once status.admittedAt is set, but for subTenants; to amend, make a new contract.")
    @Override
    public TenantContractSpec getSpec() {
        return super.getSpec();
    }

    @JsonPropertyDescription(
            "What has become of it: counts, what comes next, conditions. Written by the operator only.")
    @Override
    public TenantContractStatus getStatus() {
        return super.getStatus();
    }
}
