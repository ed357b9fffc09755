package dev.offtake.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Prints the story. */
final class Narrator {
    private static final int WIDTH = 100;

    private final PrintStream out;
    private int chapter;

    Narrator(PrintStream out) {
        this.out = out;
    }

    void title(String text) {
        out.println();
        out.println(text);
        out.println("=".repeat(text.length()));
    }

    void chapter(String text) {
        chapter++;
        out.println();
        out.println(chapter + ". " + text);
    }

    /** What a person would type. */
    void command(String text) {
        out.println("   $ " + text);
    }

    /** What is seen, wrapped. */
    void say(String text) {
        StringBuilder line = new StringBuilder("  ");
        for (String word : text.split(" ")) {
            if (line.length() + 1 + word.length() > WIDTH) {
                out.println(line);
                line = new StringBuilder("  ");
            }
            line.append(' ').append(word);
        }
        out.println(line);
    }

    /** Lines as they are. */
    void lines(List<String> lines) {
        lines.forEach(line -> out.println("   " + line));
    }

    /** Rows under a head, in columns as wide as they need to be. */
    void table(List<List<String>> rows) {
        int columns = rows.get(0).size();
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < columns; column++) {
            int at = column;
            widths.add(rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0));
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("  ");
            for (int column = 0; column < columns; column++) {
                String cell = row.get(column);
                line.append(' ').append(cell).append(" ".repeat(widths.get(column) - cell.length() + 1));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
