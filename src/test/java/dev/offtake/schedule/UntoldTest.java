package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UntoldTest {
    private final Untold untold = new Untold();

    private static Place place(int number) {
        Gang gang = new Gang(Job.job("a", "gang-" + number, 1, 1).spec());
        return new Place(gang, gang.rank(), Optional.empty());
    }

    @Test
    void isEmptyAgainWhenAllThatCameAreGone() {
        Place one = place(1);
        Place other = place(2);
        untold.add(one);
        untold.add(other);
        untold.remove(one);
        assertThat(untold.isEmpty()).isFalse();

        untold.remove(other);
        assertThat(untold.isEmpty()).isTrue();
        assertThat(untold.take()).isEmpty();
    }

    @Test
    void oneThatWasToldIsNotCountedWhenItGoes() {
        Place told = place(1);
        Place news = place(2);
        untold.add(told);
        assertThat(untold.take()).containsExactly(told.gang());
        untold.add(news);
        untold.remove(told);

        assertThat(untold.isEmpty()).isFalse();
        assertThat(untold.take()).containsExactly(news.gang());
    }

    @Test
    void clearingTellsAll() {
        Place place = place(1);
        untold.add(place);
        untold.clear();
        assertThat(untold.isEmpty()).isTrue();

        untold.remove(place);
        assertThat(untold.isEmpty()).isTrue();
    }

    @Test
    void isTheSameAsASetInTheOrderOfComing() {
        Random random = new Random(1);
        Set<Place> set = new LinkedHashSet<>();
        List<Place> all = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            int what = random.nextInt(100);
            if (what == 0) {
                assertThat(untold.take())
                        .containsExactlyElementsOf(set.stream().map(Place::gang).toList());
                set.clear();
            } else if (what < 60 || all.isEmpty()) {
                Place place = place(i);
                all.add(place);
                untold.add(place);
                set.add(place);
            } else {
                Place place = all.remove(random.nextInt(all.size()));
                untold.remove(place);
                set.remove(place);
            }
            assertThat(untold.isEmpty()).isEqualTo(set.isEmpty());
        }
        assertThat(untold.take())
                .containsExactlyElementsOf(set.stream().map(Place::gang).toList());
    }
}
