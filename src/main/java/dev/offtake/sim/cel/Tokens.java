package dev.offtake.sim.cel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words and signs of an expression. */
final class Tokens {
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*([A-Za-z_][A-Za-z0-9_]*|[0-9]+|'[^'\\\\]*'|&&|\\|\\||[=!<>]=|[-+*/%!<>?:.,()\\[\\]])\\s*");
    private static final Set<String> WORDS = Set.of("true", "false", "in");
    private static final String END = "";

    private final String text;
    private final Deque<String> rest = new ArrayDeque<>();

    Tokens(String text) {
        this.text = text;
        Matcher token = TOKEN.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (!token.find(at) || token.start() != at) {
                throw new IllegalArgumentException("not understood from character " + at + ": " + text);
            }
            rest.add(token.group(1));
            at = token.end();
        }
    }

    boolean isEmpty() {
        return rest.isEmpty();
    }

    /** The next one, which stays; empty at the end. */
    String next() {
        return rest.isEmpty() ? END : rest.peek();
    }

    String take() {
        String next = next();
        rest.poll();
        return next;
    }

    /** Takes the next one if it is this. */
    boolean take(String token) {
        boolean is = next().equals(token);
        if (is) {
            rest.poll();
        }
        return is;
    }

    void expect(String token) {
        if (!take(token)) {
            throw unexpected();
        }
    }

    String name() {
        if (!next().matches("[A-Za-z_].*") || WORDS.contains(next())) {
            throw unexpected();
        }
        return take();
    }

    boolean isLiteral() {
        return next().matches("[0-9'].*|true|false");
    }

    Object literal() {
        String token = take();
        if (token.startsWith("'")) {
            return token.substring(1, token.length() - 1);
        }
        return Character.isDigit(token.charAt(0)) ? (Object) Long.valueOf(token) : (Object) Boolean.valueOf(token);
    }

    IllegalArgumentException unexpected() {
        return new IllegalArgumentException("\"" + next() + "\" is not expected: " + text);
    }
}
