package dev.offtake.sim.input;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths and instants as people and traces write them. */
public final class Times {
    /** How to write a length, for messages. */
    public static final String LENGTHS = "seconds (90, 1.5) or a duration such as 36h, 90m or 1h30m, at most 36500d";

    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,9})?");
    private static final Pattern LENGTH = Pattern.compile(
            "(?=.)(?:(\\d{1,6})d)?(?:(\\d{1,7})h)?(?:(\\d{1,8})m(?!s))?" + "(?:(\\d{1,10})s)?(?:(\\d{1,12})ms)?");
    private static final long[] MILLIS = {86_400_000, 3_600_000, 60_000, 1000, 1};
    private static final DateTimeFormatter LOCAL =
            DateTimeFormatter.ofPattern("uuuu-MM-dd['T'][' ']HH:mm:ss").withResolverStyle(ResolverStyle.STRICT);

    private Times() {}

    /**
     * Seconds, or units from days down to milliseconds; rounded to a millisecond. Empty also for more than a century, which
     * is a slip.
     */
    public static Optional<Duration> length(String text) {
        return anyLength(text).filter(length -> length.compareTo(LONGEST) <= 0);
    }

    private static Optional<Duration> anyLength(String text) {
        if (isShortNumber(text)) {
            return Optional.of(Duration.ofSeconds(Integer.parseInt(text)));
        }
        if (SECONDS.matcher(text).matches()) {
            return Optional.of(Duration.ofMillis(new BigDecimal(text)
                    .movePointRight(3)
                    .setScale(0, RoundingMode.HALF_UP)
                    .longValueExact()));
        }
        Matcher parts = LENGTH.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long millis = 0;
        for (int i = 0; i < MILLIS.length; i++) {
            millis += parts.group(i + 1) == null ? 0 : Long.parseLong(parts.group(i + 1)) * MILLIS[i];
        }
        return Optional.of(Duration.ofMillis(millis));
    }

    /** Most lengths of large traces are whole seconds; they need no expressions. */
    private static boolean isShortNumber(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 9;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        return digits;
    }

    /** An RFC 3339 instant, or a date and time without a zone, which is taken as UTC; cut to a millisecond. */
    public static Optional<Instant> instant(String text) {
        if (text.indexOf('-') < 0) {
            // Most texts that are none are numbers, and an exception for each row of a trace is slow.
            return Optional.empty();
        }
        try {
            Instant instant = text.endsWith("Z") || text.matches(".*[+-]\\d\\d:\\d\\d")
                    ? DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from)
                    : LocalDateTime.parse(text, LOCAL).toInstant(ZoneOffset.UTC);
            return Optional.of(Instant.ofEpochMilli(instant.toEpochMilli()));
        } catch (DateTimeException | ArithmeticException noInstant) {
            return Optional.empty();
        }
    }
}
