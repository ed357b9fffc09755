package dev.offtake.translate;

import dev.offtake.api.GPUPoolSpec.TopologyLevel;
import dev.offtake.fleet.GpuClass;
import dev.offtake.fleet.Level;
import dev.offtake.fleet.Vocabularies;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The levels of a pool: those of its spec, checked, or the presets. Adds what is wrong to a list of problems. */
final class PoolLevels {
    private static final String FIELD = "spec.topology";

    private final Optional<GpuClass> known;
    private final int gpusPerNode;
    private final List<Problem> problems;

    PoolLevels(Optional<GpuClass> known, int gpusPerNode, List<Problem> problems) {
        this.known = known;
        this.gpusPerNode = gpusPerNode;
        this.problems = problems;
    }

    List<Level> of(List<TopologyLevel> topology) {
        if (topology.isEmpty()) {
            return presets();
        }
        List<Level> levels = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Optional<Level> lastSplit = Optional.empty();
        for (TopologyLevel given : topology) {
            if (given.name().equals(Level.NODE) || given.name().equals(Level.GPU)) {
                problem(given, "is always there: remove it, or give the level another name");
                continue;
            }
            if (!names.add(given.name())) {
                problem(given, "is named twice: give each level its own name");
                continue;
            }
            Optional<Level> level = level(given);
            if (level.isEmpty()) {
                continue;
            }
            if (level.get().isKeyed()) {
                lastSplit.ifPresent(split -> problem(
                        given,
                        "groups nodes and comes after " + split.name()
                                + ", which splits a node: list the levels outermost first, those with gpus last"));
            } else {
                checkSplit(given, level.get(), lastSplit);
                lastSplit = level;
            }
            levels.add(level.get());
        }
        return levels;
    }

    private List<Level> presets() {
        return known.map(GpuClass::levels)
                .orElseGet(() -> List.of(
                        Level.keyed(Vocabularies.BLOCK, Vocabularies.keys(Vocabularies.BLOCK, false)),
                        Level.keyed(Vocabularies.RACK, Vocabularies.keys(Vocabularies.RACK, false))));
    }

    private Optional<Level> level(TopologyLevel given) {
        @Nullable Integer gpus = given.gpus();
        if (gpus != null) {
            if (!given.keys().isEmpty()) {
                problem(given, "has both keys and gpus: give keys to group nodes, or gpus to split a node");
                return Optional.empty();
            }
            if (gpus < 1) {
                problem(given, "has gpus " + gpus + ": give a number that divides the GPUs of a node");
                return Optional.empty();
            }
            return Optional.of(Level.split(given.name(), gpus));
        }
        // A level of which only the name is given is the preset of that name, with its size.
        Optional<Level> preset = given.keys().isEmpty()
                ? presets().stream().filter(l -> l.name().equals(given.name())).findFirst()
                : Optional.empty();
        List<String> keys = preset.map(Level::keys).orElse(given.keys());
        if (keys.isEmpty()) {
            problem(
                    given,
                    "has neither keys nor gpus, and only " + Vocabularies.BLOCK + " and " + Vocabularies.RACK
                            + " have known keys: give keys to group nodes, or gpus to split a node");
            return Optional.empty();
        }
        @Nullable Integer givenNodes = given.nodes();
        @Nullable Integer givenSpares = given.spareNodes();
        int nodes = givenNodes == null ? preset.map(Level::nodes).orElse(0) : givenNodes;
        int spares = givenSpares == null ? 0 : givenSpares;
        if (nodes < 0 || spares < 0 || (spares > 0 && spares >= nodes)) {
            problem(
                    given,
                    "has spareNodes " + spares + " of nodes " + nodes + ": keep fewer spares than the cell has nodes");
            return Optional.empty();
        }
        return Optional.of(Level.keyed(given.name(), keys, nodes, spares));
    }

    private void checkSplit(TopologyLevel given, Level level, Optional<Level> outer) {
        int within = outer.map(Level::gpus).orElse(gpusPerNode);
        String of = outer.map(l -> "the " + within + " GPUs of level " + l.name())
                .orElse("the " + within + " GPUs of a node");
        if (level.gpus() >= within || within % level.gpus() != 0) {
            problem(
                    given,
                    "has gpus " + level.gpus() + ", which does not split " + of
                            + ": take a smaller number that divides it, larger levels first");
        }
    }

    private void problem(TopologyLevel level, String text) {
        problems.add(Problem.of(Pools.INVALID_TOPOLOGY, FIELD, level.name(), text));
    }
}
