package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReasonTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Reason two = Reason.of(Reason.Code.QUOTA_REACHED, "needed", "8", "free", "3");

    @Test
    void anotherNumberStandsBehindTheOthersAsIfItHadBeenThereFromTheStart() {
        Reason more = two.with("passedUntil", START).with("kept", "2");
        Reason fromTheStart = Reason.of(
                Reason.Code.QUOTA_REACHED, "needed", "8", "free", "3", "passedUntil", START.toString(), "kept", "2");

        assertThat(more).isEqualTo(fromTheStart).hasSameHashCodeAs(fromTheStart).hasToString(fromTheStart.toString());
        assertThat(fromTheStart).isEqualTo(more);
        assertThat(more.numbers().keySet()).containsExactly("needed", "free", "passedUntil", "kept");
        assertThat(more.numbers().values()).containsExactly("8", "3", "2026-01-01T00:00:00Z", "2");
        assertThat(two.numbers()).hasSize(2);
    }

    @Test
    void anotherNumberIsFoundAsWellAsTheOthers() {
        Map<String, String> numbers = two.with("start", START).numbers();

        assertThat(numbers).hasSize(3).containsEntry("start", START.toString()).containsEntry("free", "3");
        assertThat(numbers.get("absent")).isNull();
        assertThat(numbers.containsKey("absent")).isFalse();
    }

    @Test
    void anotherNumberOfTheSameNameTakesItsPlace() {
        Reason changed = two.with("start", START).with("needed", "9").with("start", START.plusSeconds(1));

        assertThat(changed)
                .isEqualTo(Reason.of(
                        Reason.Code.QUOTA_REACHED, "needed", "9", "free", "3", "start", "2026-01-01T00:00:01Z"));
        assertThat(changed.numbers().keySet()).containsExactly("needed", "free", "start");
    }

    @Test
    void nobodyChangesTheNumbers() {
        Map<String, String> numbers = two.with("start", START).numbers();
        Iterator<String> names = numbers.keySet().iterator();
        names.next();

        assertThatThrownBy(() -> numbers.put("free", "4")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> numbers.put("start", "4")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(names::remove).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(numbers::clear).isInstanceOf(UnsupportedOperationException.class);
    }
}
