package dev.offtake.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Markdown file of the project. */
public record Document(Path path, String text) {
    static final Path ROOT = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");

    /** @param language what stands after the opening fence */
    public record Block(String language, String text) {}

    public static Document of(String name) {
        Path path = ROOT.resolve(name);
        return new Document(path, read(path));
    }

    static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What stands between a heading and the next one of its level. Comments in code look like headings of the first. */
    public Document section(String heading) {
        String level = heading.substring(0, heading.indexOf(' '));
        Matcher matcher = Pattern.compile("(?ms)^" + Pattern.quote(heading) + "$\\n(.*?)(?=^" + level + " |\\z)")
                .matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException(path + " has no heading \"" + heading + "\"");
        }
        return new Document(path, matcher.group(1));
    }

    /** Code blocks in order. */
    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    /** Lines that a reader with Helm types instead. */
    public List<String> helmCommands() {
        return blocks().stream()
                .flatMap(block -> block.text().lines())
                .filter(line -> line.startsWith("helm "))
                .toList();
    }

    /** Lines of the blocks that are meant to be typed. */
    public List<String> commands() {
        return blocks().stream()
                .filter(block -> block.language().equals("sh"))
                .flatMap(block -> block.text().lines())
                .toList();
    }
}
