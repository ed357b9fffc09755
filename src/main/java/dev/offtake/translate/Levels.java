package dev.offtake.translate;

import dev.offtake.api.OfftakeAnnotations;
import dev.offtake.fleet.Pool;
import dev.offtake.schedule.GangSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Checks the levels that gangs name against those that pools have. */
public final class Levels {
    private Levels() {}

    /**
     * Levels of the gang's wishes that none of its pools has.
     *
     * @param pools all pools; those of classes that the gang does not accept are passed over
     */
    public static List<Problem> problems(GangSpec gang, Collection<Pool> pools) {
        List<Pool> accepted = pools.stream()
                .filter(pool -> gang.gpuClasses().isEmpty() || gang.gpuClasses().contains(pool.gpuClass()))
                .toList();
        if (accepted.isEmpty()) {
            return List.of();
        }
        List<Problem> problems = new ArrayList<>();
        gang.required()
                .flatMap(level -> problem(OfftakeAnnotations.TOPOLOGY, level, level, accepted))
                .ifPresent(problems::add);
        gang.preferred()
                .flatMap(level -> problem(OfftakeAnnotations.TOPOLOGY_PREFERRED, level, level, accepted))
                .ifPresent(problems::add);
        gang.podSets().stream()
                .flatMap(set -> set.slice().stream())
                .distinct()
                .flatMap(slice ->
                        problem(OfftakeAnnotations.SLICE, slice.level() + "=" + slice.pods(), slice.level(), accepted)
                                .stream())
                .forEach(problems::add);
        return List.copyOf(problems);
    }

    /** The gang with these problems told beside its own. */
    public static GangSpec checked(GangSpec gang, Collection<Pool> pools) {
        List<Problem> problems = problems(gang, pools);
        if (problems.isEmpty()) {
            return gang;
        }
        String told = Problem.join(problems);
        return new GangSpec(
                gang.id(),
                gang.tenant(),
                gang.contract(),
                gang.gpuClasses(),
                gang.tiers(),
                gang.resource(),
                gang.podSets(),
                gang.required(),
                gang.preferred(),
                gang.duration(),
                gang.priority(),
                gang.createdAt(),
                Optional.of(gang.problem().map(own -> own + ". " + told).orElse(told)),
                gang.checkpoint(),
                gang.maker(),
                gang.sparesPods(),
                gang.comesBack(),
                gang.subTenant());
    }

    private static Optional<Problem> problem(String key, String value, String level, Collection<Pool> pools) {
        List<String> levels = Units.physical(pools);
        if (levels.contains(level)) {
            return Optional.empty();
        }
        String why = Units.has(pools, level)
                ? "names a part of a node, and Kubernetes lets no pod choose its part"
                : "names a level that no GPUPool of the class has" + Spelling.hint(level, levels);
        return Optional.of(Problem.of(Wishes.INVALID, key, value, why + "; use one of " + String.join(", ", levels)));
    }
}
