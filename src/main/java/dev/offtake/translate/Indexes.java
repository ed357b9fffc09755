package dev.offtake.translate;

import org.jspecify.annotations.Nullable;

/** Indexes of a Job's pods as its status lists them: {@code 1,3-5,7}. */
final class Indexes {
    private Indexes() {}

    /** How many these are; what is no index counts for none. */
    static int count(@Nullable String text) {
        long count = 0;
        for (String range : text == null || text.isEmpty() ? new String[0] : text.split(",")) {
            String[] ends = range.split("-", 2);
            try {
                count += Math.max(0, Long.parseLong(ends[ends.length - 1]) - Long.parseLong(ends[0]) + 1);
            } catch (NumberFormatException noIndex) {
                continue;
            }
        }
        return (int) Math.min(count, Integer.MAX_VALUE);
    }
}
