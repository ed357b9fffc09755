package dev.offtake.schedule;

import java.util.List;

/** Builds a scheduler as the operator does at its start: from nodes, contracts, records and pods. */
final class Restart {
    private Restart() {}

    static Scheduler of(World world) {
        Scheduler scheduler = new Scheduler();
        scheduler.reserveAfter(world.reserveAfter);
        world.pools.values().forEach(scheduler::putPool);
        world.nodes.values().forEach(scheduler::putNode);
        world.contracts.values().forEach(scheduler::putContract);
        world.strangers.forEach((uid, s) -> scheduler.occupy(uid, s.getKey(), s.getValue()));
        // Half of the pods are seen before their gangs.
        List<Pod> pods = List.copyOf(world.pods.values());
        int half = pods.size() / 2;
        pods.subList(0, half).forEach(p -> scheduler.pod(p.facts()));
        world.workloads.values().stream().filter(w -> w.active).forEach(w -> gang(scheduler, world, w));
        pods.subList(half, pods.size()).forEach(p -> scheduler.pod(p.facts()));
        return scheduler;
    }

    /** Plans are written by the uids of pods, so that who began anew is not in them. */
    private static Plan there(World world, Workload claimant, Plan plan) {
        return new Plan(
                plan.victims().stream()
                        .filter(id -> world.workloads.containsKey(id)
                                && claimant.victims.getOrDefault(id, -1).equals(world.workloads.get(id).incarnation))
                        .toList(),
                plan.parts(),
                plan.deadline());
    }

    private static void gang(Scheduler scheduler, World world, Workload workload) {
        GangSpec spec = workload.job.spec();
        if (workload.job.isLonePod() && workload.durable.isEmpty()) {
            world.podsOf(spec.id()).stream()
                    .filter(Pod::isPlaced)
                    .findFirst()
                    .ifPresentOrElse(
                            pod -> {
                                Decision.Grant claim = pod.claim.orElseThrow();
                                scheduler.restore(
                                        spec,
                                        claim,
                                        List.of(new Decision.Seats(
                                                Job.WORKERS, claim.tier(), 1, List.of(pod.node.orElseThrow()))),
                                        java.util.Optional.empty());
                            },
                            () -> scheduler.submit(spec));
        } else if (workload.evicted) {
            Decision.Record record = workload.durable.orElseThrow();
            scheduler.restore(spec, record.grant(), record.seats(), java.util.Optional.empty());
            scheduler.restoreEviction(spec.id(), Reason.of(Reason.Code.RECLAIMED), workload.goesBy);
        } else if (workload.rollingBack) {
            Decision.RollBack rollBack = workload.rollBack.orElseThrow();
            scheduler.submit(spec);
            scheduler.restoreRefusal(spec.id(), rollBack.words(), rollBack.nodes(), world.now, true);
        } else {
            workload.durable.ifPresentOrElse(
                    record -> scheduler.restore(
                            spec,
                            record.grant(),
                            record.seats(),
                            record.plan().map(plan -> there(world, workload, plan))),
                    () -> scheduler.submit(spec));
        }
    }
}
