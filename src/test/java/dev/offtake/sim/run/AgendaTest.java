package dev.offtake.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgendaTest {
    private final Agenda<String> agenda = new Agenda<>(what -> what.startsWith("void"));

    private List<String> takeAll(long now) {
        List<String> taken = new ArrayList<>();
        for (Optional<String> next = agenda.take(now); next.isPresent(); next = agenda.take(now)) {
            taken.add(next.get());
        }
        return taken;
    }

    @Test
    void whatIsEarlierComesFirstWhateverItsRank() {
        agenda.add(20, 0, "later");
        agenda.add(10, 9, "earlier");

        assertThat(agenda.next()).isEqualTo(10);
        assertThat(takeAll(20)).containsExactly("earlier", "later");
    }

    @Test
    void atOneInstantTheRankDecidesThenTheOrderOfAdding() {
        agenda.add(5, 2, "submission 1");
        agenda.add(5, 2, "submission 2");
        agenda.add(5, 0, "end");
        agenda.add(5, 1, "change");

        assertThat(takeAll(5)).containsExactly("end", "change", "submission 1", "submission 2");
    }

    @Test
    void nothingIsTakenBeforeItsTime() {
        agenda.add(5, 0, "end");

        assertThat(agenda.take(4)).isEmpty();
        assertThat(agenda.next()).isEqualTo(5);
    }

    @Test
    void whatIsVoidDoesNotHappen() {
        agenda.add(5, 0, "void end");
        agenda.add(7, 0, "end");
        agenda.add(7, 1, "void leave");
        agenda.add(9, 0, "void end");

        assertThat(agenda.next()).isEqualTo(7);
        assertThat(takeAll(7)).containsExactly("end");
        assertThat(agenda.next()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anEmptyAgendaHasNoNextInstant() {
        assertThat(agenda.next()).isEqualTo(Long.MAX_VALUE);
        assertThat(agenda.take(Long.MAX_VALUE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"PT1S,PT1S", "PT24H,PT5M", "PT336H,PT1H", "PT8760H,P1D", "P3650D,P1D"})
    void samplesAreRoundTimesApart(Duration span, Duration interval) {
        assertThat(Intervals.ofAbout(span)).isEqualTo(interval);
    }
}
