package dev.offtake.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** What several accounts have for a gang together, beside what each has alone. */
class AcrossAccountsProperties {
    private static final int STEPS = 20;
    private static final int GANGS = 20;

    private int places;
    private int evictions;
    private int notOfTheFirst;

    @Property(tries = 20, shrinking = ShrinkingMode.OFF, generation = GenerationMode.RANDOMIZED)
    void nobodyGoesInVainAndNobodyDearerThanOnOneOfThemAlone(@ForAll long seed) {
        play(seed);
    }

    @Example
    void inTheseWorldsItIsNotAlwaysTheFirstOfThem() {
        for (long seed = 0; seed < 25; seed++) {
            play(seed);
        }
        assertThat(places).isGreaterThan(100);
        assertThat(evictions).isGreaterThan(30);
        assertThat(notOfTheFirst).isGreaterThan(10);
    }

    private void play(long seed) {
        RandomWorld random = new RandomWorld(seed, false);
        for (int i = 0; i < STEPS; i++) {
            random.step();
        }
        for (int i = 0; i < 2 * GANGS; i++) {
            if (i == GANGS) {
                random.lend();
            }
            Set<String> accounts = new TreeSet<>();
            for (int n = 0; n < 3; n++) {
                accounts.add(random.anyAccount().name());
            }
            Tier tier = i % 4 == 0 ? Tier.ON_DEMAND : Tier.RESERVED;
            compare(
                    random.world,
                    random.anyGang(),
                    accounts.stream().map(name -> new Claimant(name, tier)).toList());
        }
        random.world.check();
    }

    private void compare(PlacementWorld world, GangDemand gang, List<Claimant> claimants) {
        List<Outcome.Placed> alone = new ArrayList<>();
        List<Refusal> refusals = new ArrayList<>();
        for (Claimant claimant : claimants) {
            Outcome outcome = world.wouldPlace(gang, List.of(claimant));
            if (outcome instanceof Outcome.Placed placed) {
                alone.add(placed);
            } else {
                refusals.add(((Outcome.Refused) outcome).refusal());
            }
        }
        Outcome together = world.wouldPlace(gang, claimants);
        if (alone.isEmpty()) {
            assertThat(together).isEqualTo(new Outcome.Refused(refusals));
            return;
        }
        assertThat(together).as("one of %s", alone).isIn(alone);
        Outcome.Placed placed = (Outcome.Placed) together;
        places++;
        evictions += placed.victims().isEmpty() ? 0 : 1;
        notOfTheFirst += placed.claimant().equals(alone.get(0).claimant()) ? 0 : 1;
        // What may not be lent is kept idle also where others have to go for that, as long as any of them can.
        if (world.accounts.values().stream().allMatch(Account::lends)) {
            assertThat(placed.victims().isEmpty())
                    .as("%s of %s", placed, alone)
                    .isEqualTo(alone.stream().anyMatch(p -> p.victims().isEmpty()));
            assertThat(lost(placed))
                    .as("%s of %s", placed, alone)
                    .isEqualTo(alone.stream()
                            .mapToDouble(AcrossAccountsProperties::lost)
                            .min()
                            .orElseThrow());
        }
    }

    private static double lost(Outcome.Placed placed) {
        return placed.victims().stream().mapToDouble(Evictables.Victim::cost).sum();
    }
}
