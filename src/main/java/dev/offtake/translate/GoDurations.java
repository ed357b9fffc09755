package dev.offtake.translate;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them, without signs and without units below a millisecond. */
public final class GoDurations {
    private static final Pattern WHOLE = Pattern.compile("([0-9]+(\\.[0-9]+)?(ms|s|m|h))+");
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|s|m|h)");
    private static final int LONGEST_TEXT = 32;

    /** A hundred years: more is a slip, and would leave the calendar when it is added to an instant. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private GoDurations() {}

    /** Empty for what is no duration, longer than a hundred years or not above zero. */
    static Optional<Duration> parse(String text) {
        return parseOrZero(text).filter(duration -> !duration.isZero());
    }

    /** Empty for what is no duration or longer than a hundred years. */
    public static Optional<Duration> parseOrZero(String text) {
        if (text.length() > LONGEST_TEXT || !WHOLE.matcher(text).matches()) {
            return Optional.empty();
        }
        BigDecimal millis = BigDecimal.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long unit = switch (part.group(2)) {
                case "h" -> 3_600_000;
                case "m" -> 60_000;
                case "s" -> 1000;
                default -> 1;
            };
            millis = millis.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
        }
        BigDecimal rounded = millis.setScale(0, RoundingMode.HALF_UP);
        if (rounded.compareTo(BigDecimal.valueOf(LONGEST.toMillis())) > 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis(rounded.longValueExact()));
    }

    /** The shortest text that {@link #parse} reads as this duration. */
    static String format(Duration duration) {
        StringBuilder text = new StringBuilder();
        append(text, duration.toHours(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount > 0) {
            text.append(amount).append(unit);
        }
    }
}
