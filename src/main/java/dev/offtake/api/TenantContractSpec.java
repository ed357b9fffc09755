package dev.offtake.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The terms of a contract. Instants are UTC, intervals are half-open. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "self.commitments.all(c, !has(c.tranches) || c.tranches.all(t,"
                + " self.term.start <= t.due && t.due < self.term.end))",
        fieldPath = ".commitments",
        messageExpression =
                "'due %s of tranche %s/%s is outside of the term, %s to %s: move due into the term, or change the"
                        + " term'.format(self.commitments.map(c, has(c.tranches), c.tranches.map(t,"
                        + " t.due < self.term.start || t.due >= self.term.end,"
                        + " [t.due, c.name, t.name, self.term.start, self.term.end])).filter(m, size(m) > 0)[0][0])")
@ValidationRule(
        value = "self.commitments.all(c, !has(c.tranches) || c.tranches.all(t,"
                + " !has(t.end) || t.end <= self.term.end))",
        fieldPath = ".commitments",
        messageExpression =
                "'end %s of tranche %s/%s is after the end of the term, %s: set an earlier end, or leave it out for the"
                        + " end of the term'.format(self.commitments.map(c, has(c.tranches), c.tranches.map(t,"
                        + " has(t.end) && t.end > self.term.end,"
                        + " [t.end, c.name, t.name, self.term.end])).filter(m, size(m) > 0)[0][0])")
@ValidationRule(
        value = "!has(self.timeToPlace) || duration(self.timeToPlace) >= duration('1s')"
                + " && duration(self.timeToPlace) <= duration('720h')",
        fieldPath = ".timeToPlace",
        messageExpression =
                "'timeToPlace %s is not between 1s and 720h: set a time in which demand can be placed, such as"
                        + " 5m'.format([self.timeToPlace])")
public record TenantContractSpec(
        @Required
        @Pattern(Limits.NAME)
        @Size(min = 1, max = Limits.NAME_LENGTH)
        @JsonPropertyDescription("Who the promise is made to. Its namespaces are those labelled offtake.dev/tenant with"
                + " this value.")
        String tenant,

        @Required @JsonPropertyDescription("When the contract runs.")
        Term term,

        @Required
        @Size(min = 1, max = Limits.COMMITMENTS)
        @JsonPropertyDescription(
                "What is promised, per GPU class. The first one names the class of work that wishes for" + " none.")
        List<Commitment> commitments,

        @Pattern(Limits.DURATION)
        @Size(min = 2, max = Limits.DURATION_LENGTH)
        @JsonPropertyDescription(
                "How long demand within a commitment may wait before it is a shortfall, as a Go duration"
                        + " from 1s to 720h, e.g. 5m. Default: the time in the alert GPUContractGuaranteeBreached, 5m.")
        @Nullable
        String timeToPlace,

        @Size(max = Limits.SUB_TENANTS)
        @JsonPropertyDescription("Sub-tenants that share the contract. A namespace is of the one that its label"
                + " offtake.dev/sub-tenant names; namespaces without the label, or with a name that is not listed,"
                + " are together one more, with weight 1 and any priority. Of equal priority the work of the one goes"
                + " first that is furthest below its share by weight. Default: the tenant is one. May be changed at any"
                + " time: it is the tenant's inner order, and nobody else's.")
        List<SubTenant> subTenants) {

    public TenantContractSpec {
        commitments = commitments == null ? List.of() : List.copyOf(commitments);
        subTenants = subTenants == null ? List.of() : List.copyOf(subTenants);
    }

    /** One that says nothing about the time to place, nor of sub-tenants. */
    public TenantContractSpec(String tenant, Term term, List<Commitment> commitments) {
        this(tenant, term, commitments, null, List.of());
    }

    /** Some of the tenant's namespaces, as one side that competes with the others inside the contract. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SubTenant(
            @Required
            @Pattern(Limits.NAME)
            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Name of the sub-tenant, unique in the contract, e.g. research.")
            String name,

            @Min(1)
            @Max(1_000_000)
            @JsonPropertyDescription("Weight of its share: with weights 30 and 10 it is three quarters and a quarter of"
                    + " the contract, as long as both have work. Default: 1.")
            @Nullable
            Integer weight,

            @Min(-1_000_000_000)
            @Max(1_000_000_000)
            @JsonPropertyDescription(
                    "The highest offtake.dev/priority of its work; what asks for more has this one." + " Default: any.")
            @Nullable
            Integer maxPriority) {}

    /** The half-open interval in which a contract runs. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "self.start < self.end",
            fieldPath = ".end",
            messageExpression =
                    "'end %s of the term is not after its start %s: set a later end'.format([self.end, self.start])")
    public record Term(
            @Required
            @Pattern(Limits.INSTANT)
            @JsonPropertyDescription("First instant of the contract, e.g. \"2026-01-01T00:00:00Z\".")
            Instant start,

            @Required
            @Pattern(Limits.INSTANT)
            @JsonPropertyDescription("First instant after the contract, e.g. \"2027-01-01T00:00:00Z\".")
            Instant end) {}

    /** A quantity of one class in one unit. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "has(self.tranches) && size(self.tranches) > 0 || has(self.onDemand)",
            messageExpression =
                    "'commitment %s has neither tranches nor onDemand and promises nothing: add a tranche, or an on-demand"
                            + " limit'.format([self.name])")
    public record Commitment(
            @Required
            @Pattern(Limits.NAME)
            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Name of the commitment, unique in the contract, e.g. cluster.")
            String name,

            @Required
            @Pattern(Limits.NAME)
            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Class of the GPUs, as in GPUPools, e.g. h100-sxm.")
            String gpuClass,

            @Required
            @Pattern(Limits.NAME)
            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription(
                    "The shape that is guaranteed and that quantities count: gpu, node, or a level of the"
                            + " pools of the class, e.g. rack.")
            String unit,

            @Size(max = Limits.TRANCHES)
            @JsonPropertyDescription("The parts in which the quantity arrives; they add up. May be empty for a customer"
                    + " that is on demand only.")
            List<Tranche> tranches,

            @JsonPropertyDescription("What the tenant may use above the commitment. Default: nothing.") @Nullable
            OnDemand onDemand,

            @JsonPropertyDescription("Whether and how others may use what of the commitment is idle. Default: they may,"
                    + " with 120s of notice.")
            @Nullable
            Lending lending,

            @JsonPropertyDescription(
                    "Whether a workload that waits for the commitment evicts work of lower priority that"
                            + " runs on it. Never: priority decides who waits in front. LowerPriority: it does, with the notice"
                            + " and minRuntime of lending. Default: Never.")
            @Nullable
            Preemption preemption,

            @JsonPropertyDescription(
                    "Whether Jobs that run on the commitment may be moved to other nodes, so that whole"
                            + " cells come together for Reserved work that waits for them. Never: they stay. WithNotice: they may"
                            + " be suspended and resumed for it, with the notice of lending. Default: Never.")
            @Nullable
            Moves moves) {
        public Commitment {
            tranches = tranches == null ? List.of() : List.copyOf(tranches);
        }
    }

    /** Whether work that runs may be moved. */
    public enum Moves {
        @JsonProperty("Never")
        NEVER,
        @JsonProperty("WithNotice")
        WITH_NOTICE
    }

    /** A part of a commitment that counts from its due date to its end. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.end) || self.due < self.end",
            fieldPath = ".end",
            messageExpression =
                    "'end %s of tranche %s is not after its due %s: set a later end, or leave it out for the end of the"
                            + " term'.format([self.end, self.name, self.due])")
    public record Tranche(
            @Required
            @Pattern(Limits.NAME)
            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Name of the tranche, unique in the commitment, e.g. first.")
            String name,

            @Required
            @Min(1)
            @Max(1_000_000)
            @JsonPropertyDescription("How many of the commitment's unit, e.g. 120 racks.")
            int quantity,

            @Required
            @Pattern(Limits.INSTANT)
            @JsonPropertyDescription("From when on it is owed; inside the term. Example: \"2026-02-01T00:00:00Z\".")
            Instant due,

            @Pattern(Limits.INSTANT)
            @JsonPropertyDescription("First instant at which it is not owed any more; after due, at most the end of the"
                    + " term. Default: the end of the term.")
            @Nullable
            Instant end) {}

    /** What a tenant may use above a commitment. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record OnDemand(
            @Required
            @Min(1)
            @Max(1_000_000)
            @JsonPropertyDescription("Most GPUs in use above the commitment at a time, e.g. 64.")
            int gpus) {}

    /** Whether and how others may use what of a commitment is idle. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.policy) || self.policy != 'Never' || !has(self.notice) && !has(self.minRuntime)",
            fieldPath = ".policy",
            messageExpression =
                    "'policy %s lends nothing, so that notice and minRuntime have no meaning: remove them, or set policy"
                            + " Always'.format([self.policy])")
    @ValidationRule(
            value = "!has(self.notice) || duration(self.notice) <= duration('1h')",
            fieldPath = ".notice",
            messageExpression = "'notice %s is longer than 1h, the longest that a pod may take to end: set at most 1h'"
                    + ".format([self.notice])")
    @ValidationRule(
            value = "!has(self.minRuntime) || duration(self.minRuntime) <= duration('720h')",
            fieldPath = ".minRuntime",
            messageExpression = "'minRuntime %s is longer than 720h: set at most 720h, for so long the tenant may wait"
                    + " for what it owns'.format([self.minRuntime])")
    public record Lending(
            @JsonPropertyDescription("Always: Spot work uses what is idle. Never: it stays idle. Default: Always.")
            @Nullable
            Policy policy,

            @Pattern(Limits.DURATION)
            @Size(min = 2, max = Limits.DURATION_LENGTH)
            @JsonPropertyDescription(
                    "How long Spot work may take to end when the tenant needs its GPUs: SIGTERM comes at"
                            + " its beginning. As a Go duration up to 1h, e.g. 5m. Default: 120s.")
            @Nullable
            String notice,

            @Pattern(Limits.DURATION)
            @Size(min = 2, max = Limits.DURATION_LENGTH)
            @JsonPropertyDescription("How long Spot work runs at least before the tenant takes its GPUs back, as a Go"
                    + " duration up to 720h, e.g. 10m. Default: 0s.")
            @Nullable
            String minRuntime) {}

    /** Whether work of higher priority evicts work of lower priority on the same commitment. */
    public enum Preemption {
        @JsonProperty("Never")
        NEVER,
        @JsonProperty("LowerPriority")
        LOWER_PRIORITY
    }

    /** Whether what is idle is lent. */
    public enum Policy {
        @JsonProperty("Always")
        ALWAYS,
        @JsonProperty("Never")
        NEVER
    }
}
