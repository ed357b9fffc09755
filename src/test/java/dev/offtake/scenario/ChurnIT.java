package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkload;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

@OnControlPlane
class ChurnIT {
    private static final int STEPS = 60;
    private static final int MOST = 8;
    private static final int NODES = 4;
    private static final int GPUS = 4;

    @Test
    void afterMuchComingAndGoingWithARestartInBetweenNothingIsHeldByAnybody(
            ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        fleet().racks(1).traysPerRack(NODES).gpusPerTray(GPUS).create(sandbox);
        scene.pool("gb300-nvl72", "");
        String acme = scene.tenant("acme");
        scene.contract(acme, "gb300-nvl72", "node", NODES, 0);
        String ns = scene.namespace("train", acme);
        Random random = new Random(7);
        List<String> jobs = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            if (jobs.isEmpty() || (jobs.size() < MOST && random.nextInt(3) > 0)) {
                String job = "job-" + step;
                scene.job(ns, job, 1 + random.nextInt(4), 1 + random.nextInt(GPUS));
                jobs.add(job);
            } else {
                disturb(scene, ns, jobs, random);
            }
            if (step == STEPS / 2) {
                TestOperator.stop();
                TestOperator.on(controlPlane);
            }
            assertNothingIsGivenTwice(scene, ns);
        }

        jobs.forEach(job -> scene.deleteJob(ns, job));
        scene.eventually(() -> assertThat(scene.admin()
                        .resources(GPUWorkload.class)
                        .inNamespace(ns)
                        .list()
                        .getItems())
                .isEmpty());
        scene.job(ns, "all", NODES, GPUS);
        scene.awaitRunning(ns, "all", NODES);
    }

    private static void disturb(Scene scene, String ns, List<String> jobs, Random random) {
        int at = random.nextInt(jobs.size());
        String job = jobs.get(at);
        switch (random.nextInt(5)) {
            case 0 -> scene.deleteJob(ns, jobs.remove(at));
            case 1 -> scene.suspend(ns, job, true);
            case 2 -> scene.suspend(ns, job, false);
            case 3 -> scene.endPods(ns, job, false);
            default ->
                scene.podsOf(ns, job).stream()
                        .findFirst()
                        .ifPresent(pod -> scene.admin().resource(pod).delete());
        }
    }

    private static void assertNothingIsGivenTwice(Scene scene, String ns) {
        Map<String, Integer> used = new HashMap<>();
        for (Pod pod : scene.admin().pods().inNamespace(ns).list().getItems()) {
            String phase = pod.getStatus().getPhase();
            if (pod.getSpec().getNodeName() != null && !phase.equals("Succeeded") && !phase.equals("Failed")) {
                String gpus = pod.getSpec()
                        .getContainers()
                        .get(0)
                        .getResources()
                        .getRequests()
                        .get("nvidia.com/gpu")
                        .getAmount();
                used.merge(pod.getSpec().getNodeName(), Integer.parseInt(gpus), Integer::sum);
            }
        }
        assertThat(used.values()).allMatch(gpus -> gpus <= GPUS);
    }
}
