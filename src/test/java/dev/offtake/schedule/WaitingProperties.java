package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The order that is kept up to date is the one that sorting everybody from scratch gives. */
class WaitingProperties {
    private static final Kind.Verdict NO =
            new Kind.Verdict(Reason.of(Reason.Code.NEVER_FITS), Optional.empty(), Optional.empty(), Kind.Words.NONE);

    /**
     * A gang comes, changes or goes.
     *
     * @param number which of a few gangs
     * @param created seconds; a few, so that many are of the same age
     * @param demand number of what it asks for; below 0 it is not ready
     */
    record Change(
            int number,
            String tenant,
            boolean labelled,
            Tier tier,
            int priority,
            int created,
            int demand,
            boolean goes) {
        Gang gang() {
            Job job = Job.job(tenant, "gang-" + number, 1, 1)
                    .priority(priority)
                    .createdAt(created)
                    .tiers(tier);
            return new Gang((labelled ? job.contract(tenant) : job).spec());
        }

        Optional<Kind.Key> key() {
            return demand < 0
                    ? Optional.empty()
                    : Optional.of(new Kind.Key(
                            gang().rank().line(),
                            Optional.empty(),
                            Accounts.Asked.of(gang().spec()),
                            List.of(demand),
                            -1));
        }
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void everybodyHasHisTurnInTheOrderFromScratch(@ForAll("changes") List<Change> changes) {
        Waiting waiting = new Waiting(new Shares(new Accounts()), () -> 1);
        Map<GangId, Gang> gangs = new LinkedHashMap<>();
        Map<GangId, Change> last = new HashMap<>();
        for (Change change : changes) {
            take(change, waiting, gangs, last);
        }
        List<Gang> turns = new ArrayList<>();
        waiting.inOrder(
                List.of(),
                Instant.MIN,
                tenant -> 0,
                turn -> {
                    turns.add(turn.gang());
                    waiting.remove(turn.gang());
                },
                (gang, position) -> turns.add(gang));
        List<Gang> fromScratch = Queue.inOrder(new ArrayList<>(gangs.values()));
        fromScratch.removeIf(gang -> last.get(gang.id()).demand() < 0);
        assertThat(turns).containsExactlyElementsOf(fromScratch);
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void thoseOfARefusedKindHaveNoTurnButAreCountedWhereTheyStand(
            @ForAll("changes") List<Change> changes, @ForAll("served") List<Integer> servedOfDemand) {
        Waiting waiting = new Waiting(new Shares(new Accounts()), () -> 1);
        Map<GangId, Gang> gangs = new LinkedHashMap<>();
        Map<GangId, Change> last = new HashMap<>();
        for (Change change : changes) {
            take(change, waiting, gangs, last);
        }
        Map<Kind, Integer> served = new HashMap<>();
        Set<Kind> refused = new HashSet<>();
        List<Gang> turns = new ArrayList<>();
        Map<Gang, Map<Kind, Integer>> before = new LinkedHashMap<>();
        Consumer<Waiting.Turn> serve = turn -> {
            turns.add(turn.gang());
            Map<Kind, Integer> counts = new HashMap<>();
            refused.forEach(kind -> counts.put(kind, kind.countBefore(turn.position())));
            before.put(turn.gang(), counts);
            int demand = turn.kind().key().demands().get(0);
            if (served.merge(turn.kind(), 1, Integer::sum) > servedOfDemand.get(demand)) {
                turn.kind().refuse(NO);
                refused.add(turn.kind());
            } else {
                waiting.remove(turn.gang());
            }
        };
        waiting.inOrder(List.of(), Instant.MIN, tenant -> 0, serve, (gang, position) -> {});

        Map<Kind.Key, Integer> had = new HashMap<>();
        Map<Kind.Key, Integer> waits = new HashMap<>();
        List<Gang> expected = new ArrayList<>();
        for (Gang gang : Queue.inOrder(new ArrayList<>(gangs.values()))) {
            Optional<Kind.Key> key = last.get(gang.id()).key();
            if (key.isPresent()) {
                if (before.containsKey(gang)) {
                    before.get(gang)
                            .forEach((kind, count) -> assertThat(count)
                                    .as("%s before %s", kind.key(), gang.id())
                                    .isEqualTo(waits.getOrDefault(kind.key(), 0)));
                }
                int most = servedOfDemand.get(key.get().demands().get(0));
                if (had.merge(key.get(), 1, Integer::sum) <= most + 1) {
                    expected.add(gang);
                }
                if (had.get(key.get()) > most) {
                    waits.merge(key.get(), 1, Integer::sum);
                }
            }
        }
        assertThat(turns).containsExactlyElementsOf(expected);
        refused.forEach(kind -> assertThat(kind.size()).isEqualTo(waits.get(kind.key())));
    }

    private static void take(Change change, Waiting waiting, Map<GangId, Gang> gangs, Map<GangId, Change> last) {
        Gang gang = change.gang();
        Gang known = gangs.get(gang.id());
        if (change.goes()) {
            if (known != null) {
                waiting.remove(known);
                gangs.remove(gang.id());
            }
        } else if (known == null) {
            gangs.put(gang.id(), gang);
            last.put(gang.id(), change);
            waiting.put(gang, change.key());
        } else {
            // It has changed before it is put anew, as gangs do.
            known.respecify(gang.spec());
            last.put(gang.id(), change);
            waiting.put(known, change.key());
        }
    }

    @Provide
    Arbitrary<List<Integer>> served() {
        return Arbitraries.integers().between(0, 3).list().ofSize(4);
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 25),
                        Arbitraries.of("acme", "globex"),
                        Arbitraries.of(true, false),
                        Arbitraries.of(Tier.RESERVED, Tier.RESERVED, Tier.ON_DEMAND),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.integers().between(-1, 3),
                        Arbitraries.of(true, false, false, false))
                .as(Change::new)
                .list()
                .ofMinSize(2)
                .ofMaxSize(60);
    }
}
