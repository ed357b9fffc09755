package dev.offtake.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has become of a contract. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TenantContractStatus(
        @Min(0) @JsonPropertyDescription("The metadata.generation that this status is computed from.")
        long observedGeneration,

        @JsonPropertyDescription(
                "Proposed: not admitted. Pending: admitted, the term has not begun. Active: in its term."
                        + " Expired: the term is over.")
        @Nullable
        Lifecycle lifecycle,

        @JsonPropertyDescription("When the contract was admitted; from then on its terms are immutable.") @Nullable
        Instant admittedAt,

        @JsonPropertyDescription("GPUs now, over all commitments.") @Nullable
        Gpus gpus,

        @Size(max = Limits.COMMITMENTS * Limits.TRANCHES)
        @JsonPropertyDescription("The tranches, in units of their commitment.")
        List<Tranche> tranches,

        @Size(max = Limits.SUB_TENANTS + 1)
        @JsonPropertyDescription("The sub-tenants now, where the contract lists any.")
        List<SubTenant> subTenants,

        @JsonPropertyDescription("What happens next by the terms.") @Nullable
        Next next,

        @Size(max = Limits.CONDITIONS)
        @JsonPropertyDescription(
                "Feasible: the contract can be kept. GuaranteeMet: the tenant could have all that it is"
                        + " owed now. ReclaimInTime: what is lent can be taken back within the smallest timeToPlace of"
                        + " its class. KueueConflict: Kueue manages work in namespaces of the contract.")
        List<Condition> conditions) {

    public TenantContractStatus {
        tranches = tranches == null ? List.of() : List.copyOf(tranches);
        subTenants = subTenants == null ? List.of() : List.copyOf(subTenants);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    /** Where a contract stands. */
    public enum Lifecycle {
        @JsonProperty("Proposed")
        PROPOSED,
        @JsonProperty("Pending")
        PENDING,
        @JsonProperty("Active")
        ACTIVE,
        @JsonProperty("Expired")
        EXPIRED
    }

    /** GPUs of a contract now. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Gpus(
            @JsonPropertyDescription("GPUs that are owed now.")
            long committed,

            @JsonPropertyDescription("GPUs of them that the supply allows now.")
            int entitled,

            @JsonPropertyDescription("GPUs in use by Reserved work.")
            int used,

            @JsonPropertyDescription("GPUs in use above the commitment.")
            int onDemand,

            @JsonPropertyDescription("GPUs that waiting work asks for.")
            int waiting,

            @JsonPropertyDescription(
                    "GPUs of work that another scheduler runs beyond what the contract has room for; only"
                            + " in namespaces that are not enforced.")
            int beyond) {}

    /** A tranche now; counts are in the commitment's unit. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Tranche(
            @Required
            @Size(min = 3, max = 2 * Limits.NAME_LENGTH + 1)
            @JsonPropertyDescription("Commitment and tranche, e.g. cluster/first.")
            String name,

            @JsonPropertyDescription("From when on it is owed.") @Nullable
            Instant due,

            @JsonPropertyDescription("Units that were promised.")
            int quantity,

            @JsonPropertyDescription("Units of them that the supply allows now.")
            int entitled,

            @JsonPropertyDescription("Units that work has taken, whole or bound.")
            int claimed,

            @JsonPropertyDescription("Units of them that work holds only in part.")
            int bound,

            @JsonPropertyDescription("Idle GPUs inside the bound units.")
            int boundIdleGpus) {}

    /** A sub-tenant now, over all commitments. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SubTenant(
            @Size(max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Its name; absent for all namespaces of the tenant that no name is for.")
            @Nullable
            String name,

            @JsonPropertyDescription("GPUs in use by its Reserved and OnDemand work.")
            int used,

            @JsonPropertyDescription("GPUs of what the contract is entitled to now that are its share by weight. It may"
                    + " use more as long as others use less.")
            int share) {}

    /** The next change by the terms. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Next(
            @Required @JsonPropertyDescription("When.") Instant at,

            @Required @JsonPropertyDescription("What happens then.")
            Change what,

            @Size(max = 2 * Limits.NAME_LENGTH + 1)
            @JsonPropertyDescription("The tranche that it happens to, e.g. cluster/second.")
            @Nullable
            String tranche) {}

    /** What can happen by the terms. */
    public enum Change {
        @JsonProperty("TermStart")
        TERM_START,
        @JsonProperty("TrancheDue")
        TRANCHE_DUE,
        @JsonProperty("TrancheEnd")
        TRANCHE_END,
        @JsonProperty("TermEnd")
        TERM_END
    }
}
