package dev.offtake.translate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Indexes of a Job's pods as its status lists them: {@code 1,3-5,7}. */
final class Indexes {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

    private Indexes() {}

    /** How many these are. */
    static int count(@Nullable String text) {
        int count = 0;
        Matcher range = RANGE.matcher(text == null ? "" : text);
        while (range.find()) {
            int from = Integer.parseInt(range.group(1));
            @Nullable String to = range.group(2);
            count += to == null ? 1 : Math.max(0, Integer.parseInt(to) - from + 1);
        }
        return count;
    }
}
