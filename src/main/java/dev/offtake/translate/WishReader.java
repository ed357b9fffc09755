package dev.offtake.translate;

import static dev.offtake.api.OfftakeAnnotations.CHECKPOINT;
import static dev.offtake.api.OfftakeAnnotations.DURATION;
import static dev.offtake.api.OfftakeAnnotations.GPU_CLASS;
import static dev.offtake.api.OfftakeAnnotations.MIN_PODS;
import static dev.offtake.api.OfftakeAnnotations.PODS;
import static dev.offtake.api.OfftakeAnnotations.PRIORITY;
import static dev.offtake.api.OfftakeAnnotations.SLICE;
import static dev.offtake.api.OfftakeAnnotations.TIER;
import static dev.offtake.api.OfftakeAnnotations.TOPOLOGY;
import static dev.offtake.api.OfftakeAnnotations.TOPOLOGY_PREFERRED;
import static dev.offtake.api.OfftakeLabels.WORKLOAD;

import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.Checkpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the values of wishes once; collects what cannot be understood. */
final class WishReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,10}");
    private static final Map<String, Tier> TIERS =
            Map.of("Reserved", Tier.RESERVED, "OnDemand", Tier.ON_DEMAND, "Spot", Tier.SPOT);
    private static final List<String> TIER_NAMES = List.of("Reserved", "OnDemand", "Spot");
    private static final int MOST_CLASSES = 16;
    private static final int LARGEST_PRIORITY = 1_000_000_000;

    /** As many as a pod set of a GPUWorkload may have. */
    static final int MOST_PODS = 131_072;

    private final Map<String, String> labels;
    private final Map<String, String> annotations;
    private final List<Problem> problems;

    WishReader(Map<String, String> labels, Map<String, String> annotations, List<Problem> problems) {
        this.labels = labels;
        this.annotations = annotations;
        this.problems = new ArrayList<>(problems);
    }

    Wishes read() {
        Optional<String> workload = Optional.ofNullable(labels.get(WORKLOAD));
        return new Wishes(
                gpuClasses(),
                tiers(),
                level(TOPOLOGY),
                level(TOPOLOGY_PREFERRED),
                slice(),
                pods(MIN_PODS),
                duration(),
                checkpoint(),
                priority(),
                workload,
                gangSize(workload),
                problems);
    }

    private List<String> gpuClasses() {
        List<String> classes = list(GPU_CLASS, "h200-sxm,h100-sxm");
        for (String gpuClass : classes) {
            if (!NAME.matcher(gpuClass).matches()) {
                problem(
                        GPU_CLASS,
                        "has " + quoted(gpuClass) + ", which cannot be a class; use lower case letters,"
                                + " digits and -, e.g. h100-sxm");
                return List.of();
            }
        }
        if (classes.size() > MOST_CLASSES) {
            problem(GPU_CLASS, "names " + classes.size() + " classes; name at most " + MOST_CLASSES);
            return List.of();
        }
        return classes;
    }

    private List<Tier> tiers() {
        List<Tier> tiers = new ArrayList<>();
        for (String name : list(TIER, "Reserved,Spot")) {
            Optional<Tier> tier = Optional.ofNullable(TIERS.get(name));
            if (tier.isEmpty()) {
                String known = String.join(", ", TIER_NAMES);
                problem(
                        TIER,
                        "has " + quoted(name) + ", which is no tier" + Spelling.hint(name, TIER_NAMES) + "; use "
                                + known);
                return List.of(Tier.RESERVED);
            }
            tiers.add(tier.get());
        }
        return tiers.isEmpty() ? List.of(Tier.RESERVED) : tiers;
    }

    /** The entries of an ordered list; empty where the key is absent or the list is wrong. */
    private List<String> list(String key, String example) {
        Optional<String> value = value(key);
        if (value.isEmpty()) {
            return List.of();
        }
        List<String> entries =
                Stream.of(value.get().split(",", -1)).map(String::strip).toList();
        if (entries.contains("")) {
            problem(key, "has an empty entry; write a list such as " + example + ", or remove the annotation");
            return List.of();
        }
        if (new HashSet<>(entries).size() < entries.size()) {
            problem(key, "names the same twice; name each once, in the order of preference");
            return List.of();
        }
        return entries;
    }

    private Optional<String> level(String key) {
        Optional<String> level = value(key);
        if (level.isPresent() && !NAME.matcher(level.get()).matches()) {
            problem(key, "cannot be a level; name one such as rack");
            return Optional.empty();
        }
        return level;
    }

    private Optional<GangDemand.Slice> slice() {
        Optional<String> value = value(SLICE);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = value.get().split("=", -1);
        OptionalInt pods = parts.length == 2 ? integer(parts[1].strip()) : OptionalInt.empty();
        boolean right = pods.isPresent()
                && pods.getAsInt() >= 1
                && pods.getAsInt() <= MOST_PODS
                && NAME.matcher(parts[0].strip()).matches();
        if (!right) {
            problem(SLICE, "is not <level>=<pods>; write e.g. rack=16 for each 16 pods inside one rack");
            return Optional.empty();
        }
        return Optional.of(new GangDemand.Slice(parts[0].strip(), pods.getAsInt()));
    }

    private OptionalInt pods(String key) {
        Optional<String> value = value(key);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        OptionalInt pods = integer(value.get());
        if (pods.isEmpty() || pods.getAsInt() < 1 || pods.getAsInt() > MOST_PODS) {
            problem(key, "is not a number of pods; use a whole number from 1 to " + MOST_PODS);
            return OptionalInt.empty();
        }
        return pods;
    }

    private OptionalInt gangSize(Optional<String> workload) {
        OptionalInt pods = pods(PODS);
        if (workload.isPresent() && !annotations.containsKey(PODS)) {
            problems.add(Problem.of(
                    Wishes.INVALID,
                    WORKLOAD,
                    workload.get(),
                    "names a gang of unknown size; add the annotation " + PODS + " with the number of its pods"));
        }
        if (workload.isEmpty() && pods.isPresent() && !labels.containsKey(WORKLOAD)) {
            boolean misplaced = problems.stream().anyMatch(p -> p.field().equals(PODS));
            if (!misplaced) {
                problem(PODS, "is the size of a gang without a name; add the label " + WORKLOAD + " with its name");
            }
        }
        return pods;
    }

    private Optional<Duration> duration() {
        Optional<String> value = value(DURATION);
        Optional<Duration> duration = value.flatMap(GoDurations::parse);
        if (value.isPresent() && duration.isEmpty()) {
            problem(DURATION, "is not a duration above zero and up to a hundred years; write e.g. 36h, 90m or 1h30m");
        }
        return duration;
    }

    private Optional<Checkpoint> checkpoint() {
        Optional<String> value = value(CHECKPOINT);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = value.get().split("\\+", -1);
        Optional<Duration> interval = GoDurations.parse(parts[0].strip());
        Optional<Duration> cost =
                parts.length == 1 ? Optional.of(Duration.ZERO) : GoDurations.parseOrZero(parts[1].strip());
        if (parts.length > 2 || interval.isEmpty() || cost.isEmpty()) {
            problem(
                    CHECKPOINT,
                    "is not <interval> or <interval>+<restart cost>; write e.g. 30m, or 30m+5m where a restart takes"
                            + " five minutes");
            return Optional.empty();
        }
        return Optional.of(new Checkpoint(interval.get(), cost.get()));
    }

    private int priority() {
        Optional<String> value = value(PRIORITY);
        OptionalInt priority = value.map(WishReader::integer).orElse(OptionalInt.of(0));
        if (priority.isEmpty() || Math.abs((long) priority.getAsInt()) > LARGEST_PRIORITY) {
            problem(
                    PRIORITY,
                    "is not a priority; use a whole number from -" + LARGEST_PRIORITY + " to " + LARGEST_PRIORITY);
            return 0;
        }
        return priority.getAsInt();
    }

    private Optional<String> value(String key) {
        return Optional.ofNullable(annotations.get(key)).map(String::strip);
    }

    private static OptionalInt integer(String text) {
        if (!INTEGER.matcher(text).matches()) {
            return OptionalInt.empty();
        }
        long number = Long.parseLong(text);
        return number == (int) number ? OptionalInt.of((int) number) : OptionalInt.empty();
    }

    private void problem(String key, String text) {
        problems.add(Problem.of(Wishes.INVALID, key, annotations.getOrDefault(key, ""), text));
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }
}
