package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

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
    void afterMuchComingAndGoingWithARestartInBetweenNothingIsHeldByAnybody(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(gb300(NODES));
        Workspace acme = scene.customer("acme", NODES, "node");
        Random random = new Random(7);
        List<String> jobs = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            if (jobs.isEmpty() || (jobs.size() < MOST && random.nextInt(3) > 0)) {
                String job = "job-" + step;
                acme.job(job, 1 + random.nextInt(4), 1 + random.nextInt(GPUS));
                jobs.add(job);
            } else {
                disturb(acme, jobs, random);
            }
            if (step == STEPS / 2) {
                scene.stopOperator();
                scene.startOperator();
            }
            assertNothingIsGivenTwice(acme);
        }

        jobs.forEach(acme::deleteJob);
        scene.eventually(() -> assertThat(acme.records()).isEmpty());
        acme.job("all", NODES, GPUS);
        acme.awaitRunning("all", NODES);
    }

    private static void disturb(Workspace acme, List<String> jobs, Random random) {
        int at = random.nextInt(jobs.size());
        String job = jobs.get(at);
        switch (random.nextInt(5)) {
            case 0 -> acme.deleteJob(jobs.remove(at));
            case 1 -> acme.suspend(job, true);
            case 2 -> acme.suspend(job, false);
            case 3 -> acme.endPods(job, false);
            default ->
                acme.podsOf(job).stream()
                        .findFirst()
                        .ifPresent(pod -> acme.deletePod(pod.getMetadata().getName()));
        }
    }

    private static void assertNothingIsGivenTwice(Workspace acme) {
        Map<String, Integer> used = new HashMap<>();
        for (Pod pod : acme.pods()) {
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
