package dev.offtake.sim.input;

import dev.offtake.contract.Contract;
import dev.offtake.fleet.Pool;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How the GPUs of a gang become pods where a trace does not say it: one pod where a node can hold it, else equal pods, as
 * large as a node can hold. The nodes are those of the classes that it accepts, the smallest where they differ, as its
 * pods are alike and may come to lie on any of them.
 */
final class PodSplit {
    private final List<Pool> pools;
    private final Map<String, List<Contract>> contracts;
    private final Instant start;
    private final Map<Ask, Ask> known = new HashMap<>();

    /**
     * A split by what there is at some time of a simulation.
     *
     * @param start to which the times of a trace are added
     */
    PodSplit(Collection<Site> sites, Instant start) {
        this.start = start;
        pools = sites.stream().flatMap(site -> site.pools().stream()).toList();
        contracts = sites.stream()
                .flatMap(site -> site.contracts().stream())
                .sorted(Contract.BY_ADMISSION)
                .collect(Collectors.groupingBy(Contract::tenant));
    }

    /** The trace with all its gangs in pods. */
    Trace of(Trace trace) {
        List<Submission> submissions = trace.submissions().stream()
                .map(submission -> submission.with(of(submission)))
                .toList();
        return new Trace(trace.file(), trace.origin(), submissions, trace.skipped(), trace.notes());
    }

    private Ask of(Submission submission) {
        Ask ask = submission.ask();
        if (!ask.isWhole()) {
            return ask;
        }
        Ask split = ask.inPods(gpusPerPod(ask.gpus(), gpusPerNode(submission)));
        // Many gangs ask for the same, and should ask for one.
        return known.computeIfAbsent(split, same -> same);
    }

    static int gpusPerPod(int gpus, int gpusPerNode) {
        int most = Math.min(gpus, gpusPerNode);
        while (gpus % most != 0) {
            most--;
        }
        return most;
    }

    private int gpusPerNode(Submission submission) {
        List<String> classes = classes(submission);
        return pools.stream()
                .filter(pool -> classes.contains(pool.gpuClass()))
                .mapToInt(Pool::gpusPerNode)
                .min()
                .orElseGet(
                        () -> pools.stream().mapToInt(Pool::gpusPerNode).min().orElse(1));
    }

    /** That it wishes for, else that of the first commitment that its tenant has then. */
    private List<String> classes(Submission submission) {
        Ask ask = submission.ask();
        List<String> wished = ask.gpuClasses();
        if (!wished.isEmpty()) {
            return wished;
        }
        Instant now = start.plusMillis(submission.submit());
        List<Contract> own = contracts.getOrDefault(ask.tenant(), List.of()).stream()
                .filter(contract ->
                        ask.contract().isEmpty() || ask.contract().get().equals(contract.name()))
                .toList();
        return own.stream()
                .filter(contract -> contract.term().contains(now))
                .findFirst()
                .or(() -> own.stream().findFirst())
                .map(contract -> List.of(contract.commitments().get(0).gpuClass()))
                .orElse(List.of());
    }
}
