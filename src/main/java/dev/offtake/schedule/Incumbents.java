package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Clearing;
import dev.offtake.placement.Emptying;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All who have anything on any node at one instant, whosever it is. Who has what is looked at only where it is asked for. */
final class Incumbents implements Emptying.Residents {
    private final Instant now;
    private final Map<String, Double> work = new HashMap<>();
    private final Map<String, List<Held>> byNode = new HashMap<>();
    private final Map<Held, Incumbent> known = new HashMap<>();

    /** What a gang has of an account. */
    private record Held(Gang gang, Claimant account) {}

    Incumbents(Holders holders, Instant now) {
        this.now = now;
        holders.all().forEach((account, gangs) -> gangs.keySet().forEach(gang -> add(new Held(gang, account))));
    }

    private void add(Held held) {
        double perGpu = Incumbent.perGpu(held.gang(), now);
        for (Seat seat : held.gang().seats()) {
            if (seat.counted().equals(held.account())) {
                work.merge(seat.node(), perGpu * seat.shape().gpus(), Double::sum);
                List<Held> there = byNode.computeIfAbsent(seat.node(), n -> new ArrayList<>(1));
                // All seats of a gang come one after the other.
                if (there.isEmpty() || !there.get(there.size() - 1).equals(held)) {
                    there.add(held);
                }
            }
        }
    }

    @Override
    public double work(String node) {
        return work.getOrDefault(node, 0.0);
    }

    @Override
    public List<Clearing.Occupant> on(Collection<String> nodes) {
        Set<Clearing.Occupant> there = new LinkedHashSet<>();
        for (String node : nodes) {
            for (Held held : byNode.getOrDefault(node, List.of())) {
                there.add(known.computeIfAbsent(held, of -> new Incumbent(of.gang(), of.account(), now)));
            }
        }
        return List.copyOf(there);
    }
}
