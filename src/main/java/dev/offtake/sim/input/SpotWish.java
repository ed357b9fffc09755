package dev.offtake.sim.input;

import dev.offtake.api.OfftakeAnnotations;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.GangSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Spot among the tiers that a gang of a trace accepts. Jobs are refused that wish it; simulated ones may. */
final class SpotWish {
    private static final String SPOT = "Spot";

    private final Map<String, String> wishes;
    private final List<String> tiers;

    SpotWish(Map<String, String> wishes) {
        this.wishes = wishes;
        tiers = Stream.of(wishes.getOrDefault(OfftakeAnnotations.TIER, "").split(",", -1))
                .map(String::strip)
                .toList();
    }

    /** The wishes that a Job may have. */
    Map<String, String> others() {
        if (!tiers.contains(SPOT)) {
            return wishes;
        }
        Map<String, String> others = new TreeMap<>(wishes);
        List<String> rest = tiers.stream().filter(tier -> !tier.equals(SPOT)).toList();
        if (rest.isEmpty()) {
            others.remove(OfftakeAnnotations.TIER);
        } else {
            others.put(OfftakeAnnotations.TIER, String.join(",", rest));
        }
        return others;
    }

    /** The gang of a Job with the other wishes, with this one at its place among the tiers. */
    GangSpec added(GangSpec gang) {
        if (!tiers.contains(SPOT) || gang.problem().isPresent()) {
            return gang;
        }
        List<Tier> accepted = new ArrayList<>();
        Iterator<Tier> rest = gang.tiers().iterator();
        for (String tier : tiers) {
            accepted.add(tier.equals(SPOT) ? Tier.SPOT : rest.next());
        }
        return new GangSpec(
                gang.id(),
                gang.tenant(),
                gang.contract(),
                gang.gpuClasses(),
                accepted,
                gang.resource(),
                gang.podSets(),
                gang.required(),
                gang.preferred(),
                gang.duration(),
                gang.priority(),
                gang.createdAt(),
                gang.problem(),
                gang.checkpoint(),
                gang.maker());
    }
}
