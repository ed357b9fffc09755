package dev.offtake.sim.report;

import java.util.Locale;

/** Numbers as reports show them, the same everywhere. */
final class Numbers {
    private static final long HOUR = 3_600_000;

    private Numbers() {}

    /** A share as percent with one digit; a dash where there is nothing to share. */
    static String percent(double part, double whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f", 100.0 * part / whole);
    }

    /** With one digit. */
    static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    /** Milliseconds as seconds with one digit. */
    static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f", millis / 1000.0);
    }

    /** GPU-milliseconds as GPU-hours. */
    static String gpuHours(double gpuMillis) {
        return String.format(Locale.ROOT, "%.1f", gpuMillis / HOUR);
    }

    /** Milliseconds in the two largest units: {@code 2d4h}, {@code 3m20s}, {@code 0.5s}. */
    static String span(long millis) {
        long seconds = millis / 1000;
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1fs", millis / 1000.0);
        }
        if (seconds < 3600) {
            return seconds / 60 + "m" + seconds % 60 + "s";
        }
        if (seconds < 86_400) {
            return seconds / 3600 + "h" + seconds % 3600 / 60 + "m";
        }
        return seconds / 86_400 + "d" + seconds % 86_400 / 3600 + "h";
    }
}
