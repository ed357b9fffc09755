package dev.offtake.fleet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Labels vanish while the components that write them restart, and reappear a minute later; a node must not leave its
 * pool or its rack meanwhile. So the product and topology labels of a node that belongs to a pool are held at their last
 * value when they vanish.
 *
 * <p>The keys that decide one question (the product, or the cell at one level) form a group. As soon as any key of a
 * group arrives or changes, the group speaks again and nothing of it is held.
 */
final class HeldLabels {
    private HeldLabels() {}

    /** The labels that {@code member} holds once its facts are {@code next}. */
    static Map<String, String> carry(Member member, NodeFacts next, List<List<String>> groups) {
        Map<String, String> held = Map.of();
        for (List<String> group : groups) {
            if (speaks(group, member, next)) {
                continue;
            }
            for (String key : group) {
                @Nullable String last = member.label(key);
                if (last != null && Member.value(next.labels(), key) == null) {
                    if (held.isEmpty()) {
                        held = new HashMap<>();
                    }
                    held.put(key, last);
                }
            }
        }
        return held;
    }

    /** What is left of held labels when only {@code groups} still matter. */
    static Map<String, String> prune(Map<String, String> held, List<List<String>> groups) {
        if (held.isEmpty()) {
            return held;
        }
        Map<String, String> left = new HashMap<>();
        for (List<String> group : groups) {
            for (String key : group) {
                @Nullable String value = held.get(key);
                if (value != null) {
                    left.put(key, value);
                }
            }
        }
        return left.isEmpty() ? Map.of() : left;
    }

    private static boolean speaks(List<String> group, Member member, NodeFacts next) {
        for (String key : group) {
            @Nullable String value = Member.value(next.labels(), key);
            if (value != null && !value.equals(member.label(key))) {
                return true;
            }
        }
        return false;
    }
}
