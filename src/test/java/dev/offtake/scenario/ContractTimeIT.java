package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.TenantContract;
import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Contracts change what may run by the clock alone. */
@Tag("slow")
@OnControlPlane
class ContractTimeIT {
    private static final String PAST = "2026-01-01T00:00:00Z";
    private static final String FAR = "2036-01-01T00:00:00Z";

    private Sandbox sandbox;
    private Scene scene;
    private Workspace acme;

    @BeforeEach
    void twoNodes(Sandbox sandbox) {
        this.sandbox = sandbox;
        scene = new Scene(sandbox);
        scene.supply(gb300(2));
        acme = scene.workspace("train", scene.tenant("acme"));
    }

    @Test
    void aTrancheIsThereForWorkThatWaitsTheMomentItIsDue() {
        Instant due = inSeconds(8);
        contract(
                FAR,
                "[{name: now, quantity: 1, due: \"" + PAST + "\"}, {name: then, quantity: 1, due: \"" + due + "\"}]");

        acme.job("large", 2, 4);

        acme.awaitReason("large", "QuotaReached");
        assertThat(Instant.now()).as("asked before the tranche is due").isBefore(due);
        acme.awaitRunning("large", 2);
        assertThat(Instant.now()).isAfterOrEqualTo(due);
    }

    @Test
    void afterTheTermNewWorkWaitsAndWhatRunsGoesOn() {
        Instant end = inSeconds(8);
        contract(end.toString(), "[{name: now, quantity: 2, due: \"" + PAST + "\"}]");
        acme.job("running", 1, 4);
        acme.awaitRunning("running", 1);

        scene.eventually(() -> assertThat(Instant.now()).isAfter(end));
        acme.job("late", 1, 4);

        acme.awaitReason("late", "NoActiveContract");
        assertThat(acme.runningPodsOf("running")).hasSize(1);
        scene.eventually(
                () -> assertThat(contract().getStatus().lifecycle().toString()).isEqualTo("EXPIRED"));
    }

    @Test
    void theTermsOfAnAdmittedContractCannotBeChanged() {
        contract(FAR, "[{name: now, quantity: 1, due: \"" + PAST + "\"}]");
        scene.eventually(() -> assertThat(contract().getStatus()).isNotNull());

        CommandResult refused = scene.apply(contractYaml(FAR, "[{name: now, quantity: 2, due: \"" + PAST + "\"}]"));

        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.stderr()).contains("immutable");
    }

    private TenantContract contract() {
        return scene.contract(sandbox.name("timed"));
    }

    private void contract(String end, String tranches) {
        scene.apply(contractYaml(end, tranches)).orFail();
        sandbox.own(contract());
    }

    private String contractYaml(String end, String tranches) {
        return """
                apiVersion: offtake.dev/v1alpha1
                kind: TenantContract
                metadata: {name: %s}
                spec:
                  tenant: %s
                  term: {start: "%s", end: "%s"}
                  commitments:
                  - {name: base, gpuClass: gb300-nvl72, unit: node, tranches: %s}
                """.formatted(sandbox.name("timed"), acme.tenant(), PAST, end, tranches);
    }

    private static Instant inSeconds(int seconds) {
        return Instant.now().plus(Duration.ofSeconds(seconds)).truncatedTo(ChronoUnit.SECONDS);
    }
}
