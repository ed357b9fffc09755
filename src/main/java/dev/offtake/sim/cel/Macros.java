package dev.offtake.sim.cel;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What is said of each entry of a list, by a name for it. */
final class Macros {
    private static final Set<String> NAMES = Set.of("all", "exists", "exists_one", "filter", "map");

    private Macros() {}

    static boolean isOne(String name) {
        return NAMES.contains(name);
    }

    /**
     * One over a list.
     *
     * @param entry by which the others call an entry
     * @param parts one expression of an entry; of {@code map} it may come after one that says which entries count
     */
    static Expression of(String macro, Expression list, String entry, List<Expression> parts) {
        Expression last = parts.get(parts.size() - 1);
        return names -> {
            Stream<Map<String, Object>> scopes =
                    Functions.entries(list.value(names)).stream().map(value -> with(names, entry, value));
            Predicate<Map<String, Object>> holds = scope -> Operators.isTrue(last.value(scope));
            return switch (macro) {
                case "all" -> scopes.allMatch(holds);
                case "exists" -> scopes.anyMatch(holds);
                case "exists_one" -> scopes.filter(holds).count() == 1;
                case "filter" ->
                    scopes.filter(holds).map(scope -> scope.get(entry)).toList();
                default ->
                    scopes.filter(scope -> parts.size() == 1
                                    || Operators.isTrue(parts.get(0).value(scope)))
                            .map(last::value)
                            .toList();
            };
        };
    }

    private static Map<String, Object> with(Map<String, Object> names, String entry, Object value) {
        Map<String, Object> scope = new HashMap<>(names);
        scope.put(entry, value);
        return scope;
    }
}
