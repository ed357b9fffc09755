package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.TenantContract;
import dev.offtake.api.TenantContractSpec;
import dev.offtake.api.TenantContractStatus;
import dev.offtake.contract.Commitment;
import dev.offtake.contract.Contract;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Lending;
import dev.offtake.contract.SubTenant;
import dev.offtake.contract.Tranche;
import dev.offtake.fleet.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ContractsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final Instant ADMITTED = Instant.parse("2025-12-01T10:00:00Z");
    private static final String RACKS = "{name: base, gpuClass: gb300-nvl72, unit: rack, tranches: [{name: all,"
            + " quantity: 2, due: \"2026-01-01T00:00:00Z\"}]}";

    private static final Pool GB300 = pool("site-a", "gpuClass: gb300-nvl72");
    private static final Pool H100 = pool("h100", "gpuClass: h100-sxm");

    @Test
    void subTenantsHaveAWeightOfOneAndAnyPriorityUnlessTheContractSaysOtherwise() {
        TenantContract contract = Yaml.contract(RACKS);
        TenantContractSpec said = contract.getSpec();
        contract.setSpec(new TenantContractSpec(
                said.tenant(),
                said.term(),
                said.commitments(),
                null,
                List.of(
                        new TenantContractSpec.SubTenant("research", 30, 100),
                        new TenantContractSpec.SubTenant("batch", null, null))));
        assertThat(Contracts.of(contract, ADMITTED).toOptional().orElseThrow().subTenants())
                .containsExactly(
                        new SubTenant("research", 30, OptionalInt.of(100)),
                        new SubTenant("batch", 1, OptionalInt.empty()));
    }

    @Test
    void aTrancheWithoutAnEndEndsWithTheTerm() {
        TenantContract contract =
                Yaml.contract("{name: base, gpuClass: gb300-nvl72, unit: rack, onDemand: {gpus: 64}, tranches: ["
                        + "{name: first, quantity: 2, due: \"2026-01-01T00:00:00Z\", end: \"2026-06-01T00:00:00Z\"},"
                        + "{name: second, quantity: 3, due: \"2026-02-01T00:00:00Z\"}]}");
        admit(contract);

        assertThat(Contracts.of(contract).toOptional())
                .contains(new Contract(
                        "acme-2026",
                        "acme",
                        new Interval(START, END),
                        ADMITTED,
                        List.of(new Commitment(
                                "base",
                                "gb300-nvl72",
                                "rack",
                                List.of(
                                        new Tranche(
                                                "first", 2, new Interval(START, Instant.parse("2026-06-01T00:00:00Z"))),
                                        new Tranche(
                                                "second", 3, new Interval(Instant.parse("2026-02-01T00:00:00Z"), END))),
                                64))));
    }

    @Test
    void aProposalIsNoContract() {
        assertThat(Contracts.of(Yaml.contract(RACKS)).problemList())
                .singleElement()
                .extracting(Problem::reason)
                .isEqualTo("NotAdmitted");
    }

    @Test
    void aTrancheThatEndsBeforeItIsDueIsInvalidTerms() {
        Checked<Contract> contract = Contracts.of(
                Yaml.contract("{name: base, gpuClass: l40s, unit: gpu, tranches: [{name: all, quantity: 2, due:"
                        + " \"2026-03-01T00:00:00Z\", end: \"2026-02-01T00:00:00Z\"}]}"),
                ADMITTED);

        assertThat(contract.problemList())
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo("spec.commitments[base].tranches[all].end: \"2026-02-01T00:00:00Z\" is not after the start"
                        + " 2026-03-01T00:00:00Z; set a later end");
    }

    @Test
    void whatIsNotSaidOfLendingIsAsByDefault() {
        assertThat(lending("")).isEqualTo(new Lending(true, Duration.ofMinutes(2), Duration.ZERO));
        assertThat(lending(", lending: {notice: 5m}"))
                .isEqualTo(new Lending(true, Duration.ofMinutes(5), Duration.ZERO));
        assertThat(lending(", lending: {policy: Always, notice: 0s, minRuntime: 10m}"))
                .isEqualTo(new Lending(true, Duration.ZERO, Duration.ofMinutes(10)));
    }

    @Test
    void theTimeToPlaceIsWhatWasAgreedOrNothing() {
        TenantContract contract = Yaml.contract("{name: base, gpuClass: l40s, unit: gpu}");
        assertThat(Contracts.of(contract, ADMITTED).toOptional().orElseThrow().timeToPlace())
                .isEmpty();
        TenantContractSpec said = contract.getSpec();
        contract.setSpec(new TenantContractSpec(said.tenant(), said.term(), said.commitments(), "1m30s", List.of()));
        assertThat(Contracts.of(contract, ADMITTED).toOptional().orElseThrow().timeToPlace())
                .contains(Duration.ofSeconds(90));
    }

    @Test
    void whoDoesNotLendGivesTheUsualNoticeToWhomeverItEvicts() {
        assertThat(lending(", lending: {policy: Never}"))
                .isEqualTo(new Lending(false, Duration.ofMinutes(2), Duration.ZERO));
    }

    private static Lending lending(String more) {
        return Contracts.of(Yaml.contract("{name: base, gpuClass: l40s, unit: gpu" + more + "}"), ADMITTED)
                .toOptional()
                .orElseThrow()
                .commitments()
                .get(0)
                .lending();
    }

    @Test
    void aContractThatThePoolsCanServeHasNoProblem() {
        assertThat(Contracts.problems(Yaml.contract(RACKS), List.of(H100, GB300)))
                .isEmpty();
    }

    @Test
    void aClassThatNoPoolHasIsToldWithTheClassesThatThereAre() {
        assertThat(Contracts.problems(
                        Yaml.contract("{name: base, gpuClass: h100-sxn, unit: gpu}"), List.of(H100, GB300)))
                .containsExactly(new Problem(
                        "NoPoolOfClass",
                        "spec.commitments[base].gpuClass",
                        "spec.commitments[base].gpuClass: \"h100-sxn\" is the class of no GPUPool (did you mean"
                                + " h100-sxm?); use one of gb300-nvl72, h100-sxm, or apply a GPUPool of the class"));
    }

    @Test
    void withoutAnyPoolTheFixIsToApplyOne() {
        assertThat(Contracts.problems(Yaml.contract(RACKS), List.of()))
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo("spec.commitments[base].gpuClass: \"gb300-nvl72\" is the class of no GPUPool; there is no"
                        + " GPUPool yet: apply one");
    }

    @Test
    void aUnitThatNoPoolOfTheClassHasIsToldWithThoseThatThereAre() {
        assertThat(Contracts.problems(
                        Yaml.contract("{name: base, gpuClass: gb300-nvl72, unit: tray}"), List.of(H100, GB300)))
                .containsExactly(new Problem(
                        "UnknownUnit",
                        "spec.commitments[base].unit",
                        "spec.commitments[base].unit: \"tray\" is a level of no GPUPool of class gb300-nvl72; use one"
                                + " of rack, node, gpu"));
    }

    @Test
    void aLevelOfUndeclaredSizeIsNoUnit() {
        assertThat(Contracts.problems(Yaml.contract("{name: base, gpuClass: h100-sxm, unit: rack}"), List.of(H100)))
                .containsExactly(new Problem(
                        "UnknownUnit",
                        "spec.commitments[base].unit",
                        "spec.commitments[base].unit: \"rack\" is a level of undeclared size in GPUPool h100; declare"
                                + " nodes of the level in spec.topology there, or use one of node, gpu"));
    }

    @Test
    void aUnitOfTwoSizesIsUnequal() {
        Pool small = pool("site-b", "gpuClass: gb300-nvl72", "topology: [{name: rack, keys: [r], nodes: 9}]");

        assertThat(Contracts.problems(Yaml.contract(RACKS), List.of(small, GB300)))
                .containsExactly(new Problem(
                        "UnequalUnit",
                        "spec.commitments[base].unit",
                        "spec.commitments[base].unit: \"rack\" has not one size in the GPUPools of class gb300-nvl72:"
                                + " 72 GPUs in site-a, 36 GPUs in site-b; use unit node or gpu where those are equal,"
                                + " or give pools of different size different classes"));
    }

    @Test
    void sparesDoNotCountInTheSizeOfAUnit() {
        Pool spare = pool(
                "site-b", "gpuClass: gb300-nvl72", "topology: [{name: rack, keys: [r], nodes: 20, spareNodes: 2}]");

        assertThat(Contracts.problems(Yaml.contract(RACKS), List.of(spare, GB300)))
                .isEmpty();
    }

    @Test
    void aPoolWithoutTheUnitDoesNotServeAndDoesNotDisturb() {
        Pool without = pool("site-b", "gpuClass: gb300-nvl72", "topology: [{name: block, keys: [b]}]");

        assertThat(Contracts.problems(Yaml.contract(RACKS), List.of(without, GB300)))
                .isEmpty();
    }

    private static void admit(TenantContract contract) {
        contract.setStatus(new TenantContractStatus(1, null, ADMITTED, null, null, null, null, null));
    }

    private static Pool pool(String name, String... spec) {
        return Pools.of(Yaml.pool(name, spec)).toOptional().orElseThrow();
    }
}
