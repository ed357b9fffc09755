package dev.offtake.translate;

import dev.offtake.fleet.Level;
import dev.offtake.fleet.Pool;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Which levels pools have, and which of them can be sold. */
final class Units {
    private Units() {}

    /** GPUs of a cell that can be sold; empty where the pool has no such level or its size is not declared. */
    static OptionalInt gpus(Pool pool, String unit) {
        if (unit.equals(Level.NODE)) {
            return OptionalInt.of(pool.gpusPerNode());
        }
        if (unit.equals(Level.GPU)) {
            return OptionalInt.of(1);
        }
        for (Level level : pool.levels()) {
            if (level.name().equals(unit)) {
                if (!level.isKeyed()) {
                    return OptionalInt.of(level.gpus());
                }
                return level.nodes() == 0
                        ? OptionalInt.empty()
                        : OptionalInt.of(level.sellableNodes() * pool.gpusPerNode());
            }
        }
        return OptionalInt.empty();
    }

    /** Names of the levels that can be a unit in one of the pools, outermost first. */
    static List<String> sellable(Collection<Pool> pools) {
        Set<String> names = new LinkedHashSet<>();
        for (Pool pool : pools) {
            pool.levelNames().stream()
                    .filter(name -> gpus(pool, name).isPresent())
                    .forEach(names::add);
        }
        return List.copyOf(names);
    }

    /** Names of the levels that a gang can be asked to stay within, outermost first: all down to the node. */
    static List<String> physical(Collection<Pool> pools) {
        Set<String> names = new LinkedHashSet<>();
        for (Pool pool : pools) {
            pool.keyedLevels().forEach(level -> names.add(level.name()));
        }
        names.add(Level.NODE);
        return List.copyOf(names);
    }

    static boolean has(Collection<Pool> pools, String level) {
        return pools.stream().anyMatch(pool -> pool.levelNames().contains(level));
    }
}
