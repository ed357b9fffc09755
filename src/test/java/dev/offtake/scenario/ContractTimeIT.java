package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.TenantContract;
import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contracts change what may run by the clock alone. */
@OnControlPlane
class ContractTimeIT {
    private static final String CLASS = "gb300-nvl72";
    private static final String PAST = "2026-01-01T00:00:00Z";
    private static final String FAR = "2036-01-01T00:00:00Z";

    private ControlPlane controlPlane;
    private Sandbox sandbox;
    private Scene scene;
    private String acme;
    private String ns;

    @BeforeEach
    void twoNodes(ControlPlane controlPlane, Sandbox sandbox) {
        this.controlPlane = controlPlane;
        this.sandbox = sandbox;
        scene = new Scene(controlPlane, sandbox);
        fleet().racks(1).traysPerRack(2).gpusPerTray(4).create(sandbox);
        scene.pool(CLASS, "");
        acme = scene.tenant("acme");
        ns = scene.namespace("train", acme);
    }

    @Test
    void aTrancheIsThereForWorkThatWaitsTheMomentItIsDue() {
        Instant due = inSeconds(8);
        contract(
                FAR,
                "[{name: now, quantity: 1, due: \"" + PAST + "\"}, {name: then, quantity: 1, due: \"" + due + "\"}]");

        scene.job(ns, "large", 2, 4);

        scene.awaitReason(ns, "large", "QuotaReached");
        assertThat(Instant.now()).as("asked before the tranche is due").isBefore(due);
        scene.awaitRunning(ns, "large", 2);
        assertThat(Instant.now()).isAfterOrEqualTo(due);
    }

    @Test
    void afterTheTermNewWorkWaitsAndWhatRunsGoesOn() {
        Instant end = inSeconds(8);
        contract(end.toString(), "[{name: now, quantity: 2, due: \"" + PAST + "\"}]");
        scene.job(ns, "running", 1, 4);
        scene.awaitRunning(ns, "running", 1);

        scene.eventually(() -> assertThat(Instant.now()).isAfter(end));
        scene.job(ns, "late", 1, 4);

        scene.awaitReason(ns, "late", "NoActiveContract");
        assertThat(scene.runningPodsOf(ns, "running")).hasSize(1);
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
                  - {name: base, gpuClass: %s, unit: node, tranches: %s}
                """.formatted(sandbox.name("timed"), acme, PAST, end, CLASS, tranches);
    }

    private static Instant inSeconds(int seconds) {
        return Instant.now().plus(Duration.ofSeconds(seconds)).truncatedTo(ChronoUnit.SECONDS);
    }
}
