package dev.offtake.translate;

import static dev.offtake.api.OfftakeAnnotations.CLAIM;
import static dev.offtake.api.OfftakeAnnotations.PODS;
import static dev.offtake.api.OfftakeAnnotations.WISHES;
import static dev.offtake.api.OfftakeLabels.CONTRACT;
import static dev.offtake.api.OfftakeLabels.PREFIX;
import static dev.offtake.api.OfftakeLabels.SUB_TENANT;
import static dev.offtake.api.OfftakeLabels.SYSTEM;
import static dev.offtake.api.OfftakeLabels.TENANT;
import static dev.offtake.api.OfftakeLabels.WORKLOAD;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which keys under {@code offtake.dev/} may stand where; a key that means nothing there is told, not ignored. */
final class WishKeys {
    /** Where keys stand. */
    enum Place {
        POD,
        /** A Job or its pod template. */
        JOB
    }

    private static final Set<String> OF_NAMESPACES = Set.of(TENANT, CONTRACT, SUB_TENANT, SYSTEM);
    private static final List<String> KNOWN =
            Stream.concat(WISHES.stream(), Stream.of(WORKLOAD)).toList();

    private WishKeys() {}

    static List<Problem> problems(ObjectMeta meta, Place place) {
        List<Problem> problems = new ArrayList<>();
        ours(meta.getAnnotations())
                .forEach((key, value) -> annotation(key, place)
                        .ifPresent(text -> problems.add(Problem.of(Wishes.INVALID, key, value, text))));
        ours(meta.getLabels())
                .forEach((key, value) -> label(key, place)
                        .ifPresent(text -> problems.add(Problem.of(Wishes.INVALID, key, value, text))));
        return problems;
    }

    private static Optional<String> annotation(String key, Place place) {
        if (key.equals(PODS) && place == Place.JOB) {
            return Optional.of(
                    "is for pods without a Job; remove it: the gang of a Job has as many pods as run at once");
        }
        if (WISHES.contains(key) || (key.equals(CLAIM) && place == Place.POD)) {
            return Optional.empty();
        }
        if (key.equals(WORKLOAD)) {
            return Optional.of("is a label, not an annotation; move it to the labels of the pods");
        }
        return Optional.of(misplaced(key));
    }

    private static Optional<String> label(String key, Place place) {
        if (key.equals(WORKLOAD)) {
            return place == Place.POD
                    ? Optional.empty()
                    : Optional.of("is for pods without a Job; remove it: a Job is a gang of its own");
        }
        if (WISHES.contains(key)) {
            return Optional.of("is an annotation, not a label; move it to the annotations");
        }
        return Optional.of(misplaced(key));
    }

    private static String misplaced(String key) {
        if (OF_NAMESPACES.contains(key)) {
            return "belongs on the namespace, where the platform team sets it; remove it";
        }
        if (key.equals(CLAIM)) {
            return "is written by the operator on pods only; remove it";
        }
        return Spelling.closest(key.substring(PREFIX.length()), names())
                .map(near -> "is not a known key; did you mean " + PREFIX + near + "?")
                .orElse("is not a known key; remove it, or use one of " + String.join(", ", KNOWN));
    }

    private static List<String> names() {
        return KNOWN.stream().map(known -> known.substring(PREFIX.length())).toList();
    }

    private static Map<String, String> ours(@Nullable Map<String, String> all) {
        Map<String, String> ours = new TreeMap<>();
        NodeFilters.orEmpty(all).forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                ours.put(key, value == null ? "" : value);
            }
        });
        return ours;
    }
}
