package dev.offtake.translate;

import dev.offtake.placement.Rationale;
import java.util.Locale;
import java.util.Map;

/** Why a gang is where it is, in plain English: where, what decided, and what that cost. */
public final class RationaleText {
    private static final double SECONDS_PER_HOUR = 3600;

    private final Map<String, String> numbers;

    private RationaleText(Map<String, String> numbers) {
        this.numbers = numbers;
    }

    /** One sentence without a full stop at the end. */
    public static String of(Rationale why) {
        RationaleText text = new RationaleText(why.numbers());
        return text.where() + text.spread() + ": " + text.decided(why.code()) + text.whole() + text.preferred()
                + text.pools();
    }

    /** The code as it is spelled in the API. */
    public static String spelled(Rationale.Code code) {
        StringBuilder spelled = new StringBuilder();
        for (String word : code.name().split("_", -1)) {
            spelled.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return spelled.toString();
    }

    private String where() {
        if (word("level").equals("pool")) {
            return "pool " + word("pool");
        }
        String free =
                has("freeNodes") ? " (" + word("freeNodes") + " of " + word("cellNodes") + " nodes free before)" : "";
        return word("level") + " " + word("cell") + " of pool " + word("pool") + free;
    }

    private String spread() {
        if (!has("spans")) {
            return "";
        }
        String level = word("narrower");
        return ", over " + count("spans", word("spansLevel")) + ", as one " + level + " had room for at most "
                + word("narrowerMost") + " of its " + count("pods", "pod");
    }

    private String decided(Rationale.Code code) {
        return switch (code) {
            case OWN_CELLS -> "in cells that the commitment has bound already, which are filled first";
            case ONLY_PLACE ->
                word("level").equals("pool")
                        ? "no smaller part of it had room"
                        : "no other " + word("level") + " had room for it";
            case KEEPS_PROMISES ->
                "passed over " + cells("passedOver")
                        + " that come first, as a promise, the quota or the rest of the gang would not have fitted";
            case MORE_OF_ITS_OWN -> best("that is the commitment's already in part");
            case FEWEST_WHOLE_CELLS_BROKEN -> best("that breaks the fewest whole cells");
            case FEWEST_GPUS_CHARGED -> best("where its CPU and memory cost the fewest GPUs");
            case FEWEST_PARTS_BROKEN -> best("that breaks the fewest whole parts of a node");
            case TIGHTEST_FIT -> best("with the least room");
            case LEAST_FREE -> best("with the fewest free GPUs");
            case FULLEST_ABOVE -> best("that lies in the fullest cell above");
            case FIRST_OF_EQUALS -> "the oldest of " + candidates() + " with room for it, which were alike";
            case LEAST_LOST_WORK ->
                count("evicted", "gang") + " must leave it first, which loses "
                        + Math.round(number("lostGpuSeconds") / SECONDS_PER_HOUR * 10) / 10.0
                        + " GPU-hours; no place was found that costs less, what it spans included";
        };
    }

    private String best(String criterion) {
        return "of " + candidates() + " with room for it the one " + criterion;
    }

    private String candidates() {
        return number("candidates") >= Rationale.MOST_CANDIDATES
                ? Rationale.MOST_CANDIDATES + " or more " + word("level") + "s"
                : cells("candidates");
    }

    private String cells(String name) {
        return count(name, word("level"));
    }

    private String whole() {
        if (!has("wholeLevel")) {
            return "";
        }
        String level = word("wholeLevel");
        return number("wholeAfter") == number("wholeBefore")
                ? "; the pool keeps its " + count("wholeBefore", "whole " + level)
                : "; the pool has " + count("wholeAfter", "whole " + level) + " left of " + word("wholeBefore");
    }

    private String preferred() {
        if (!has("preferred")) {
            return "";
        }
        boolean hasRoom = number("preferredMost") >= number("pods");
        return "; not within one " + word("preferred") + ", as preferred: "
                + (hasRoom
                        ? "where there is room a promise or the quota would not have held"
                        : "one had room for at most " + word("preferredMost") + " of its " + count("pods", "pod"));
    }

    private String pools() {
        return has("poolsWithRoom")
                ? "; of " + count("poolsWithRoom", "pool") + " with room this one had the best place"
                : "";
    }

    private boolean has(String name) {
        return numbers.containsKey(name);
    }

    private String word(String name) {
        return numbers.getOrDefault(name, "");
    }

    private long number(String name) {
        return Long.parseLong(numbers.getOrDefault(name, "0"));
    }

    private String count(String name, String noun) {
        return word(name) + " " + noun + (number(name) == 1 ? "" : "s");
    }
}
