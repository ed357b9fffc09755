package dev.offtake.scenario;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Users that come by chance with Jobs of all sorts and with pods of nobody, which run for a moment; some change their mind. */
final class Crowd {
    private static final int MOST_PODS = 4;
    private static final int[] GPUS = {1, 2, 4};

    private final KubernetesClient client;
    private final List<Workspace> where;
    private final Random random;
    private final List<Task> jobs = new ArrayList<>();
    private final List<Task> pods = new ArrayList<>();
    private final Set<Task> suspended = new LinkedHashSet<>();
    private final Set<Task> onceSuspended = new HashSet<>();
    private final Set<Task> bereaved = new HashSet<>();
    private int made;

    /** Something that was made and not deleted again. */
    record Task(Workspace where, String name) {}

    Crowd(KubernetesClient client, List<Workspace> where, Random random) {
        this.client = client;
        this.where = where;
        this.random = random;
    }

    /** One thing that somebody does. */
    void act() {
        switch (random.nextInt(20)) {
            case 0 -> pick(jobs, true).ifPresent(job -> job.where().deleteJob(job.name()));
            case 1 ->
                // The Job controller waits longer with each pod that it misses.
                pick(jobs, false)
                        .filter(bereaved::add)
                        .flatMap(job -> job.where().podsOf(job.name()).stream().findAny())
                        .ifPresent(pod -> client.resource(pod).delete());
            case 2 -> pick(pods, true).ifPresent(pod -> pod.where().deletePod(pod.name()));
            case 3 ->
                pick(jobs, false).filter(suspended::add).ifPresent(job -> {
                    onceSuspended.add(job);
                    job.where().suspend(job.name(), true);
                });
            case 4 ->
                pick(jobs, false)
                        .filter(suspended::remove)
                        .ifPresent(job -> job.where().suspend(job.name(), false));
            case 5, 6, 7, 8 -> pods.add(pod());
            default -> jobs.add(job());
        }
    }

    /** What they have suspended may go on. */
    void resume() {
        suspended.stream().filter(jobs::contains).forEach(job -> job.where().suspend(job.name(), false));
    }

    /** Whether they have ever suspended this Job. */
    boolean hasSuspended(Workspace whose, String job) {
        return onceSuspended.contains(new Task(whose, job));
    }

    List<Task> jobs() {
        return jobs;
    }

    List<Task> pods() {
        return pods;
    }

    private Optional<Task> pick(List<Task> tasks, boolean andTake) {
        if (tasks.isEmpty()) {
            return Optional.empty();
        }
        int at = random.nextInt(tasks.size());
        return Optional.of(andTake ? tasks.remove(at) : tasks.get(at));
    }

    private Workspace somewhere() {
        return where.get(random.nextInt(where.size()));
    }

    private String runFor() {
        return 50 + random.nextInt(1_000) + "ms";
    }

    private Task pod() {
        Task task = new Task(somewhere(), "pod-" + made++);
        String yaml = """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s, annotations: {testbed.offtake.dev/run-for: %s}}
                spec:
                  restartPolicy: Never
                  containers: [{name: main, image: none, resources: {limits: {nvidia.com/gpu: %d}}}]
                """.formatted(task.name(), task.where().name(), runFor(), gpus());
        client.resource(yaml).create();
        return task;
    }

    private Task job() {
        Task task = new Task(somewhere(), "job-" + made++);
        int pods = 1 + random.nextInt(MOST_PODS);
        String wishes = random.nextInt(3) == 0 ? "offtake.dev/min-pods: '" + (1 + random.nextInt(pods)) + "'" : "";
        String mode = random.nextBoolean() ? "Indexed" : "NonIndexed";
        String yaml = """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: %s, namespace: %s, annotations: {%s}}
                spec:
                  parallelism: %d
                  completions: %d
                  completionMode: %s
                  template:
                    metadata: {annotations: {testbed.offtake.dev/run-for: %s}}
                    spec:
                      restartPolicy: Never
                      containers: [{name: main, image: none, resources: {limits: {nvidia.com/gpu: %d}}}]
                """.formatted(task.name(), task.where().name(), wishes, pods, pods, mode, runFor(), gpus());
        client.resource(yaml).create();
        return task;
    }

    private int gpus() {
        return GPUS[random.nextInt(GPUS.length)];
    }
}
