package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.AuditLog;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code kubectl get} shows. */
@OnControlPlane
class ColumnsIT {
    @Test
    void kubectlGetShowsWhatIsSoldUsedAndWaitsFor(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(
                fleet().racks(2).traysPerRack(4),
                "topology: [{name: rack, keys: [nvidia.com/gpu.clique], nodes: 4}]\nlocation: {site: lab}");
        Workspace acme = scene.customer("acme", 1, "rack", 8);
        AuditLog.Mark start = scene.controlPlane().audit().mark();
        acme.job("runs", 3, 4);
        acme.awaitRunning("runs", 3);
        acme.job("waits", 2, 4);
        acme.awaitReason("waits", "QuotaReached");

        scene.eventually(() -> assertThat(row(scene, "gpool", scene.poolName()))
                .containsEntry("CLASS", "gb300-nvl72")
                .containsEntry("SITE", "lab")
                .containsEntry("SELLABLE", "32")
                .containsEntry("COMMITTED", "16")
                .containsEntry("USED", "12")
                .containsEntry("FREE", "20")
                .containsEntry("READY", "True"));
        scene.eventually(() -> assertThat(row(scene, "contract", acme.contract()))
                .containsEntry("TENANT", acme.tenant())
                .containsEntry("LIFECYCLE", "Active")
                .containsEntry("FEASIBLE", "True")
                .containsEntry("COMMITTED", "16")
                .containsEntry("ENTITLED", "16")
                .containsEntry("USED", "12")
                .containsEntry("MET", "True")
                .containsEntry("NEXT", "2036-01-01T00:00:00Z"));
        scene.eventually(() -> assertThat(row(scene, "gpuwl", "-n", acme.name(), "job-runs"))
                .containsEntry("TIER", "Reserved")
                .containsEntry("PHASE", "Running")
                .containsEntry("GPUS", "12")
                .containsEntry("CONTRACT", acme.contract()));
        assertThat(scene.controlPlane().audit().since(start).stream()
                        .filter(r -> r.resource().equals("gpuworkloads")
                                && r.namespace().equals(acme.name()))
                        .filter(r -> r.name().equals("job-runs") && r.verb().equals("patch"))
                        .map(AuditLog.Request::subresource))
                .as("what does not change is written once")
                .containsOnly("status");
        assertThat(row(scene, "gpuwl", "-n", acme.name(), "job-waits"))
                .containsEntry("PHASE", "Waiting")
                .containsEntry("GPUS", "8")
                .containsEntry("REASON", "QuotaReached");
    }

    /** The one row by its headings; the cells of the columns in use have no blanks in them. */
    private static Map<String, String> row(Scene scene, String... what) {
        String[] arguments = new String[what.length + 1];
        arguments[0] = "get";
        System.arraycopy(what, 0, arguments, 1, what.length);
        String[] lines = scene.controlPlane().kubectl(arguments).orFail().split("\n");
        Map<String, String> row = new HashMap<>();
        for (String heading : lines[0].strip().split(" +")) {
            int at = (" " + lines[0] + " ").indexOf(" " + heading + " ");
            row.put(heading, lines[1].substring(at).split(" ")[0]);
        }
        return row;
    }
}
