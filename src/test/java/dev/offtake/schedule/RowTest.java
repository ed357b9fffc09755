package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowTest {
    private final Row row = new Row(place(0).rank(), new Shares(new Accounts()));

    private static Place place(int second) {
        Gang gang =
                new Gang(Job.job("a", "gang-" + second, 1, 1).createdAt(second).spec());
        return new Place(gang, gang.rank(), Optional.empty());
    }

    private List<Gang> gangs() {
        List<Gang> gangs = new ArrayList<>();
        row.addGangsTo(gangs);
        return gangs;
    }

    @Test
    void standsByAgeInWhateverOrderTheyCameAndWent() {
        Random random = new Random(1);
        List<Place> byAge = IntStream.range(0, 100).mapToObj(RowTest::place).toList();
        List<Place> shuffled = new ArrayList<>(byAge);
        Collections.shuffle(shuffled, random);
        shuffled.forEach(row::add);
        assertThat(gangs())
                .containsExactlyElementsOf(byAge.stream().map(Place::gang).toList());

        List<Place> left = new ArrayList<>(byAge);
        for (int i = 0; i < 60; i++) {
            row.remove(left.remove(random.nextInt(left.size())));
        }
        assertThat(gangs())
                .containsExactlyElementsOf(left.stream().map(Place::gang).toList());
        assertThat(row.first()).isSameAs(left.get(0).gang());
        assertThat(row.youngest()).isEqualTo(left.get(left.size() - 1).age());
    }

    @Test
    void oneThatIsOlderThanTheLastIsNotPutBehindIt() {
        Place old = place(1);
        Place young = place(2);
        row.add(young);
        row.add(old);

        assertThat(gangs()).containsExactly(old.gang(), young.gang());
    }

    @Test
    void nobodyIsTakenForAnotherOfTheSameAge() {
        row.add(place(1));

        assertThatThrownBy(() -> row.remove(place(1))).isInstanceOf(IllegalStateException.class);
    }
}
