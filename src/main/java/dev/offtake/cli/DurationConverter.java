package dev.offtake.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as Kubernetes writes them: {@code 500ms}, {@code 15s}, {@code 1m30s}. */
final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern DURATION = Pattern.compile(
            "(?=.)(?:(?<h>\\d{1,6})h)?(?:(?<m>\\d{1,6})m(?!s))?(?:(?<s>\\d{1,6})s)?(?:(?<ms>\\d{1,9})ms)?");

    @Override
    public Duration convert(String value) {
        Matcher parts = DURATION.matcher(value);
        if (!parts.matches()) {
            throw new TypeConversionException("'" + value + "' is not a duration; use for example 500ms, 15s or 1m30s");
        }
        return Duration.ofHours(number(parts, "h"))
                .plusMinutes(number(parts, "m"))
                .plusSeconds(number(parts, "s"))
                .plusMillis(number(parts, "ms"));
    }

    private static long number(Matcher parts, String group) {
        String digits = parts.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
