package dev.offtake.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** The theorem of Rule 2 and the invariants, over random trees, accounts and work. */
class PlacementProperties {
    private static final int STEPS = 80;

    /** "Every claim within an entitlement is servable, failures apart." */
    @Property(tries = 200, shrinking = ShrinkingMode.OFF, generation = GenerationMode.RANDOMIZED)
    void noClaimWithinItsEntitlementIsRefused(@ForAll long seed) {
        RandomWorld world = new RandomWorld(seed, true);
        for (int i = 0; i < STEPS; i++) {
            world.step();
        }
    }

    /** Whatever fails, comes back or is promised anew: what is counted is what is there. */
    @Property(tries = 200, shrinking = ShrinkingMode.OFF, generation = GenerationMode.RANDOMIZED)
    void noInvariantBreaksWhateverHappensToTheSupply(@ForAll long seed) {
        RandomWorld world = new RandomWorld(seed, false);
        for (int i = 0; i < STEPS; i++) {
            if (i % 3 == 0) {
                world.disturb();
            } else {
                world.step();
            }
        }
    }

    @Example
    void inTheseWorldsWorkIsLentAndTakenBackOrBecomesTheBorrowersOwn() {
        int evictions = 0;
        int promotions = 0;
        for (long seed = 0; seed < 150; seed++) {
            RandomWorld world = new RandomWorld(seed, true);
            for (int i = 0; i < STEPS; i++) {
                world.step();
            }
            evictions += world.world.evictions.size();
            promotions += world.promotions();
        }
        assertThat(evictions).isGreaterThan(20);
        assertThat(promotions).isGreaterThan(20);
    }

    /** I7. */
    @Property(tries = 20, shrinking = ShrinkingMode.OFF, generation = GenerationMode.RANDOMIZED)
    void theSameStepsGiveTheSamePlaces(@ForAll long seed) {
        assertThat(story(seed)).isEqualTo(story(seed));
    }

    private static List<String> story(long seed) {
        RandomWorld world = new RandomWorld(seed, false);
        List<String> story = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            story.add(i % 7 == 0 ? world.disturb() : world.step());
        }
        return story;
    }
}
