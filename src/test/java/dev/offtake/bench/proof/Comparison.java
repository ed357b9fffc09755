package dev.offtake.bench.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gangs that come to small worlds and go, each placed by us and, in the same state, by the solver. */
final class Comparison {
    private static final int GANGS = 14;

    int gangs;
    /** Of them those that got a place. */
    int placed;
    /** Of those, the ones whose place is as good as the solver's by {@link Cost}. */
    int optimal;
    /** What all places cost together: ours, and the solver's in the same states. */
    Cost ours = Cost.NONE;

    Cost best = Cost.NONE;
    /** We found no place though there is one. */
    final List<String> missed = new ArrayList<>();
    /** We took a place that breaks a rule. */
    final List<String> wrong = new ArrayList<>();

    private record Work(Gang gang, List<Map<String, Integer>> pods) {}

    void play(long seed) {
        SmallWorld world = new SmallWorld(seed);
        Ours allocator = new Ours(world.sold);
        List<Work> running = new ArrayList<>();
        for (int g = 0; g < GANGS; g++) {
            if (!running.isEmpty() && world.chance(20)) {
                Work gone = running.remove(world.pick(running.size()));
                world.hold(gone.gang(), gone.pods(), -1);
                allocator.release(gone.gang(), gone.pods());
            }
            Gang gang = world.gang();
            Optional<List<Map<String, Integer>>> place = allocator.place(gang);
            gangs++;
            compare(world, gang, place, "world " + seed + ", gang " + g);
            place.ifPresent(pods -> {
                world.hold(gang, pods, 1);
                running.add(new Work(gang, pods));
            });
        }
    }

    private void compare(SmallWorld world, Gang gang, Optional<List<Map<String, Integer>>> place, String where) {
        Optional<Cost> exact = Exact.best(world, gang);
        if (place.isEmpty()) {
            exact.ifPresent(cost -> missed.add(where + ": " + gang + " could have " + cost + " in\n" + world));
            return;
        }
        Optional<Cost> cost = Exact.of(world, gang, place.get());
        if (cost.isEmpty() || exact.isEmpty()) {
            wrong.add(where + ": " + gang + " at " + place.get() + " in\n" + world);
            return;
        }
        placed++;
        optimal += cost.equals(exact) ? 1 : 0;
        ours = ours.plus(cost.get());
        best = best.plus(exact.get());
    }
}
