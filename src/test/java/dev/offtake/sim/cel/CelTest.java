package dev.offtake.sim.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The language itself; that our rules say what they say on a real API server is tested with their bad inputs. */
class CelTest {
    private static final Map<String, Object> NAMES = Map.of(
            "self",
            Map.of(
                    "name",
                    "rack",
                    "nodes",
                    18L,
                    "due",
                    Instant.parse("2026-01-01T00:00:00Z"),
                    "levels",
                    List.of(Map.of("n", 3L), Map.of("n", 1L), Map.of("n", 3L, "keys", List.of("a")))));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 + 2 * 3 == 7",
                "(1 + 2) * 3 == 9",
                "7 - 2 - 1 == 4",
                "9 / 2 % 3 == 1",
                "-self.nodes == 0 - 18",
                "!(1 > 2) && !false",
                "false && false || true",
                "true || self.missing",
                "!has(self.missing) && has(self.name)",
                "self.nodes > 20 ? false : self.nodes == 18 ? true : false",
                "self.name in ['node', 'rack'] && !(self.name in [])",
                "self.levels.all(l, l.n > 0)",
                "self.levels.exists(l, has(l.keys)) && self.levels.exists_one(l, l.n == 1)",
                "!self.levels.exists_one(l, l.n == 3)",
                "self.levels.map(l, l.n) == [3, 1, 3]",
                "self.levels.map(l, has(l.keys), l.n + 1) == [4]",
                "self.levels.filter(l, l.n == 1)[0].n == 1",
                "self.levels.all(l, self.levels.exists(m, m.n == l.n))",
                "[1, 2, 2].isSorted() && ![2, 1].isSorted() && [false, true].isSorted() && [].isSorted()",
                "size(self.levels) == 3 && size(self.name) == 4 && [1, 2].sum() == 3 && [].sum() == 0",
                "self.name.contains('ac') && !self.name.contains('/')",
                "duration('90s') > duration('1m') && duration('1h') == duration('60m')",
                "duration('99999999h') > duration('720h')",
                "self.due == self.due && self.due <= self.due && !(self.due < self.due)",
                "'%s has %d: %s'.format([self.name, self.nodes, [1, 2]]) == 'rack has 18: [1, 2]'",
                "'%s'.format([self.due]) == '2026-01-01T00:00:00Z'",
                "'100% of it' == '100% of it'",
            })
    void holds(String expression) {
        assertThat(Cel.parse(expression).holds(NAMES)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 +",
                "(1",
                "self.",
                "1 2",
                "self.x.matches('a')",
                "max(1)",
                "'a",
                "self.all(1, true)",
                "has(1)",
                ""
            })
    void whatIsNotUnderstoodIsSaidWhenARuleIsRead(String expression) {
        assertThatIllegalArgumentException().isThrownBy(() -> Cel.parse(expression));
    }

    @ParameterizedTest
    @ValueSource(strings = {"self.missing", "other", "self.name > 1", "!self.name", "self.nodes.name", "self.name[0]"})
    void whatHasNoValueIsNoAnswer(String expression) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cel.parse(expression).holds(NAMES));
    }

    @Test
    void listsThatAreKeyedAreEqualInAnyOrder() {
        Map<String, Object> names = Map.of(
                "a", new KeyedList(List.of(Map.of("n", 1L), Map.of("n", 2L))),
                "b", new KeyedList(List.of(Map.of("n", 2L), Map.of("n", 1L))),
                "c", new KeyedList(List.of(Map.of("n", 2L), Map.of("n", 3L))));

        assertThat(Cel.parse("a == b && a != c && a.map(e, e.n) != b.map(e, e.n)")
                        .holds(names))
                .isTrue();
    }
}
