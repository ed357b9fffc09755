package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Many who have bound little cost what they have, and not a pool each. {@link Invariants} compares what they count. */
class OwnFitsTest {
    private final PlacementWorld world = new PlacementWorld(site().racks(40));

    private void eachPlacesTwoPods(int owners, String unit) {
        for (int i = 0; i < owners; i++) {
            world.account("account" + i, unit, 2, 0);
        }
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < owners; i++) {
                world.placed("job" + round + "-" + i, reserved("account" + i), pod());
            }
        }
    }

    private FitIndexes fits() {
        return world.cluster.pools().iterator().next().fits();
    }

    @Test
    void manySmallOwnersShareTheCountsOfWhoHasNothing() {
        eachPlacesTwoPods(15, "rack");

        assertThat(fits().keptOwn().keySet())
                .extracting(FitIndexes.OwnKey::owner)
                .hasSizeGreaterThanOrEqualTo(15);
        assertThat(fits().kept().keySet())
                .extracting(key -> key.right().owner())
                .containsOnly(Claims.nobody(0));
    }

    @Test
    void eachPlacesItsSecondPodInItsOwnCell() {
        eachPlacesTwoPods(15, "rack");

        for (int i = 0; i < 15; i++) {
            assertThat(world.claimed("account" + i)).isEqualTo(1);
            assertThat(world.racksOf("job1-" + i)).isEqualTo(world.racksOf("job0-" + i));
        }
    }

    @Test
    void whoHasBoundMuchHasAnIndexOfHisOwn() {
        world.account("giant", "rack", 30, 0);
        world.placed("much", reserved("giant"), pods(20 * 4).gpus(8));
        world.placed("more", reserved("giant"), pod());

        assertThat(fits().keptOwn()).isEmpty();
        assertThat(fits().kept().keySet())
                .extracting(key -> key.right().owner())
                .contains(world.cluster.owner("giant"));
    }

    @Property(tries = 100)
    void changedRanksAreThoseOfASetThatWasChanged(@ForAll Random random) {
        RankSet set = new RankSet();
        TreeSet<Integer> expected = new TreeSet<>();
        ChangedRanks changed = new ChangedRanks(set);
        for (int i = 0; i < 300; i++) {
            int pair = random.nextInt(1000);
            if (expected.add(pair)) {
                set.add(pair / 100, pair % 100);
            }
        }
        for (int i = 0; i < 200; i++) {
            int pair = random.nextInt(1000);
            if (set.contains(pair / 100, pair % 100) && expected.remove(pair)) {
                changed.remove(pair / 100, pair % 100);
            } else if (!set.contains(pair / 100, pair % 100) && expected.add(pair)) {
                changed.add(pair / 100, pair % 100);
            }
        }
        for (int pair = 0; pair < 1000; pair++) {
            Integer ceiling = expected.ceiling(pair);
            assertThat(changed.ceiling(pair / 100, pair % 100)).isEqualTo(ceiling != null);
            assertThat(ceiling == null ? pair : changed.rank() * 100 + changed.key())
                    .isEqualTo(ceiling == null ? pair : ceiling);
            Integer lower = expected.lower(pair);
            assertThat(changed.lower(pair / 100, pair % 100)).isEqualTo(lower != null);
            assertThat(lower == null ? pair : changed.rank() * 100 + changed.key())
                    .isEqualTo(lower == null ? pair : lower);
        }
    }

    @Property(tries = 100)
    void eachNumberHasThePlaceInWhichItCame(@ForAll Random random) {
        Slots slots = new Slots();
        for (int round = 0; round < 2; round++) {
            Map<Integer, Integer> expected = new HashMap<>();
            slots.clear();
            for (int i = 0; i < random.nextInt(200); i++) {
                int number = random.nextInt(4) == 0 ? random.nextInt(10) : random.nextInt(1 << 20) * 32;
                expected.putIfAbsent(number, expected.size());
                assertThat(slots.put(number)).isEqualTo(expected.get(number));
            }
            expected.forEach((number, slot) -> {
                assertThat(slots.find(number)).isEqualTo(slot);
                assertThat(slots.number(slot)).isEqualTo(number);
            });
            assertThat(slots.find(7777777)).isNegative();
            assertThat(slots.size()).isEqualTo(expected.size());
        }
    }
}
