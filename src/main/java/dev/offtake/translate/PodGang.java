package dev.offtake.translate;

import dev.offtake.api.OfftakeAnnotations;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * The gang that bare pods form together by their label {@code offtake.dev/workload}.
 *
 * <p>Pods with equal requests and constraints are a pod set. It is named after what they ask for, so that it has the
 * same name whichever of its pods are there.
 *
 * @param podSets name of the pod set by uid of the pod
 */
public record PodGang(GangSpec spec, Map<String, String> podSets) {
    private static final String PREFIX = "pods-";
    private static final Pattern OBJECT_NAME = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

    /** The order in which pods count: as they were created. */
    private static final Comparator<PodView> BY_AGE =
            Comparator.comparing(PodView::createdAt).thenComparing(PodView::name);

    private record Need(Shape shape, NodeFilter filter) {}

    public PodGang {
        podSets = Map.copyOf(podSets);
    }

    /** The gang of a label value. Label values that cannot be part of an object's name get one of their own. */
    public static GangId id(String namespace, String workload) {
        if (OBJECT_NAME.matcher(workload).matches()) {
            return new GangId(namespace, PREFIX + workload);
        }
        String readable = workload.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
        return new GangId(namespace, PREFIX + readable + "-" + hash(workload));
    }

    /**
     * The gang of these pods, which are all that exist of it. Pods that are still to come are taken to be like the
     * last one. Empty if none asks for GPUs.
     *
     * @param pods of one namespace with one value of the label
     */
    public static Optional<PodGang> of(Collection<PodView> pods, Tenancy tenancy, Set<String> gpuResources) {
        List<PodView> byAge = pods.stream().sorted(BY_AGE).toList();
        Map<String, PodAsk> asks = new HashMap<>();
        byAge.forEach(pod -> asks.put(pod.uid(), pod.needs().ask(gpuResources)));
        if (asks.values().stream().noneMatch(PodAsk::wantsGpus)) {
            return Optional.empty();
        }
        PodView first = byAge.get(0);
        Wishes wishes = first.wishes();
        GangDraft draft =
                new GangDraft(id(first.namespace(), wishes.workload().orElse("")), tenancy, wishes, first.createdAt());
        disagreement(byAge).ifPresent(draft::problem);

        List<PodView> live = byAge.stream().filter(PodView::live).toList();
        int size = wishes.pods().orElse(Math.max(1, live.size()));
        if (live.size() > size) {
            draft.problem(Problem.of(
                    Wishes.INVALID,
                    OfftakeAnnotations.PODS,
                    size,
                    "is the size of gang " + wishes.workload().orElse("") + ", which has " + live.size()
                            + " pods; delete those above it, or raise it on all of them"));
        }
        // A successor takes the place of a pod that is over, so only where nobody is in excess do all pods count.
        List<PodView> most = byAge.size() <= size || live.isEmpty() ? byAge : live;
        List<PodView> counted = most.subList(0, Math.min(size, most.size()));
        Set<String> counts = counted.stream().map(PodView::uid).collect(Collectors.toSet());
        Map<Need, List<PodView>> byNeed = new LinkedHashMap<>();
        Map<String, String> podSets = new HashMap<>();
        for (PodView pod : byAge) {
            Need need = need(asks, pod);
            podSets.put(pod.uid(), name(need));
            if (counts.contains(pod.uid())) {
                byNeed.computeIfAbsent(need, n -> new ArrayList<>()).add(pod);
            }
        }
        Need last = need(asks, counted.get(counted.size() - 1));
        int missing = Math.max(0, size - counted.size());
        byNeed.forEach((need, members) -> draft.addPodSet(
                name(need), members.size() + (need.equals(last) ? missing : 0), ask(asks, members.get(0))));
        draft.madeBy(first.maker());
        return Optional.of(new PodGang(draft.spec(), podSets));
    }

    private static PodAsk ask(Map<String, PodAsk> asks, PodView pod) {
        return Objects.requireNonNull(asks.get(pod.uid()));
    }

    private static Need need(Map<String, PodAsk> asks, PodView pod) {
        PodAsk ask = ask(asks, pod);
        return new Need(ask.shape(), ask.filter());
    }

    /** The first wish on which two pods differ. */
    private static Optional<Problem> disagreement(List<PodView> pods) {
        PodView first = pods.get(0);
        for (PodView other : pods) {
            for (String key : OfftakeAnnotations.WISHES) {
                String one = first.wishTexts().getOrDefault(key, "");
                String two = other.wishTexts().getOrDefault(key, "");
                if (!one.equals(two)) {
                    return Optional.of(new Problem(
                            Wishes.INVALID,
                            key,
                            key + ": pods " + first.name() + " and "
                                    + other.name() + " of gang "
                                    + first.wishes().workload().orElse("")
                                    + " disagree, \"" + one + "\" and \"" + two
                                    + "\"; give all pods of the gang the same value"));
                }
            }
        }
        return Optional.empty();
    }

    private static String name(Need need) {
        return "p"
                + hash(new TreeMap<>(need.shape().requests()) + " "
                        + need.shape().gpus() + " " + need.filter());
    }

    private static String hash(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
