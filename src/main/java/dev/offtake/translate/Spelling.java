package dev.offtake.translate;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody probably meant. */
final class Spelling {
    private Spelling() {}

    /** The candidate nearest to {@code word}, if few enough letters differ; the first of equally near ones. */
    static Optional<String> closest(String word, Collection<String> candidates) {
        int best = Math.max(1, word.length() / 3) + 1;
        Optional<String> found = Optional.empty();
        for (String candidate : candidates) {
            int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < best) {
                best = distance;
                found = Optional.of(candidate);
            }
        }
        return found;
    }

    /** {@code " (did you mean x?)"}, or nothing. */
    static String hint(String word, Collection<String> candidates) {
        return closest(word, candidates).map(c -> " (did you mean " + c + "?)").orElse("");
    }

    /** Letters to add, drop, replace or swap with their neighbour to come from one word to the other. */
    private static int distance(String a, String b) {
        int[][] rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                rows[i][j] = i == 0 || j == 0 ? i + j : step(rows, a, b, i, j);
            }
        }
        return rows[a.length()][b.length()];
    }

    private static int step(int[][] rows, String a, String b, int i, int j) {
        char x = a.charAt(i - 1);
        char y = b.charAt(j - 1);
        int least = Math.min(rows[i - 1][j - 1] + (x == y ? 0 : 1), 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && x == b.charAt(j - 2) && y == a.charAt(i - 2);
        return swapped ? Math.min(least, 1 + rows[i - 2][j - 2]) : least;
    }
}
