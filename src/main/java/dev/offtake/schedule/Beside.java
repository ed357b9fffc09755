package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Evictables;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Terms;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where there are seats for gangs that run already, in the domain that they must not leave, and who may go for them. */
final class Beside {
    private final Placer placer;
    private final Seating seating;
    private final Lent lent;
    private final Accounts accounts;
    private final Line line;

    Beside(Placer placer, Seating seating, Lent lent, Accounts accounts, Line line) {
        this.placer = placer;
        this.seating = seating;
        this.lent = lent;
        this.accounts = accounts;
        this.line = line;
    }

    /**
     * Who may be evicted for seats of a gang: nobody for what is lent to it, and nothing of its own; nobody either for one
     * that is to go itself, or to leave seats, as who waits for that would have to wait for its plan first.
     */
    Evictables others(Gang gang, Claimant claimant, Instant now) {
        return others(gang, claimant, new Going(), now);
    }

    /**
     * The same when others are to go already.
     *
     * @param going who they are
     */
    Evictables others(Gang gang, Claimant claimant, Going going, Instant now) {
        if (claimant.tier() == Tier.SPOT || line.isInAnyPlan(gang) || going.isAny(gang)) {
            return Evictables.NONE;
        }
        Duration minRuntime = accounts.lending(gang.grant().orElseThrow().commitment(), claimant.tier())
                .minRuntime();
        Evictables all = lent.evictables(minRuntime, now, false, going);
        return all == Evictables.NONE
                ? all
                : node -> all.on(node).stream()
                        .filter(victim -> Lent.gang(victim) != gang)
                        .toList();
    }

    /** @param beside a node in the domain in which to stay; anywhere without one */
    Outcome find(GangDemand demand, Terms account, Optional<String> beside) {
        return beside.isPresent()
                ? placer.placeBeside(demand, account, beside.get())
                : placer.place(demand, List.of(account), false);
    }

    /** A node in the domain that the gang must not leave, best one that takes work; empty where none is left. */
    Optional<String> node(Gang gang) {
        List<String> nodes = gang.seats().stream().map(Seat::node).toList();
        return nodes.stream()
                .filter(seating.nodes()::takesWork)
                .findFirst()
                .or(() -> nodes.stream().filter(seating.nodes()::isThere).findFirst());
    }
}
