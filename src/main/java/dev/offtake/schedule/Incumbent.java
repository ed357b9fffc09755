package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Clearing;
import dev.offtake.placement.Shape;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a gang has of one account, and has to leave before another one can have its place. */
final class Incumbent implements Clearing.Occupant {
    /** The work of those who have not declared when they end. */
    private static final Duration ENDLESS = Duration.ofDays(365);

    private final Gang gang;
    private final Claimant claimant;
    private final double work;
    private final Map<String, Map<Shape, Integer>> pods = new TreeMap<>();

    Incumbent(Gang gang, Claimant claimant, Instant now) {
        this.gang = gang;
        this.claimant = claimant;
        long gpus = 0;
        for (Seat seat : gang.seats()) {
            if (seat.counted().equals(claimant)) {
                pods.computeIfAbsent(seat.node(), n -> new HashMap<>()).merge(seat.shape(), 1, Integer::sum);
                gpus += seat.shape().gpus();
            }
        }
        work = gpus * perGpu(gang, now);
    }

    /** When it leaves, as declared; empty for never. */
    Optional<Instant> end() {
        return end(gang);
    }

    private static Optional<Instant> end(Gang gang) {
        boolean isLeaving =
                gang.phase() == Gang.Phase.ROLLING_BACK || gang.seats().isEmpty();
        return isLeaving ? Optional.of(Instant.EPOCH) : Ends.declared(gang);
    }

    /**
     * The work of each GPU of a gang, in seconds. Who has not ended as declared has as long to run once more as since then:
     * he may go on for ever.
     */
    static double perGpu(Gang gang, Instant now) {
        Duration left = end(gang)
                .map(at -> at.equals(Instant.EPOCH) ? Duration.ZERO : Duration.between(now, at))
                .map(Duration::abs)
                .orElse(ENDLESS);
        return left.toMillis() / 1e3 + LostWork.OVERHEAD.toSeconds();
    }

    @Override
    public Gang holder() {
        return gang;
    }

    @Override
    public Claimant claimant() {
        return claimant;
    }

    @Override
    public double cost() {
        return work;
    }

    @Override
    public Collection<String> nodes() {
        return pods.keySet();
    }

    @Override
    public Map<Shape, Integer> pods(String node) {
        return pods.getOrDefault(node, Map.of());
    }
}
