package dev.offtake.cli;

import dev.offtake.sim.report.Report;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a simulation can write where it is told to without a loss, asked before it begins. */
final class OutputCheck {
    private static final String JOURNAL_BEGIN = "{\"kind\":\"Begun\"";

    private OutputCheck() {}

    /** What is wrong with a directory for a report, which is made if it is not there. */
    static Optional<String> directory(Path out, List<Path> inputs) throws IOException {
        if (Files.exists(out) && !Files.isDirectory(out)) {
            return Optional.of("--out: '" + out + "' is a file; name a directory");
        }
        Files.createDirectories(out);
        if (!Files.isWritable(out)) {
            return Optional.of("--out: '" + out + "' cannot be written into; name another directory");
        }
        List<Path> read = read(inputs);
        for (String name : Report.FILES) {
            Path file = out.resolve(name);
            if (Files.exists(file) && (Files.isDirectory(file) || !Files.isWritable(file))) {
                return Optional.of("--out: '" + file + "' is there and cannot be replaced; name another directory");
            }
            for (Path input : read) {
                if (Files.exists(file) && Files.isSameFile(file, input)) {
                    return Optional.of(
                            "--out: '" + out + "' would replace " + input + ", which is read; name another directory");
                }
            }
        }
        return Optional.empty();
    }

    /** The files that are read: those of directories one by one, and what lies beside a trace. */
    private static List<Path> read(List<Path> inputs) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path input : inputs) {
            Path directory = Files.isDirectory(input) ? input : input.resolveSibling("");
            files.add(input);
            try (Stream<Path> beside = Files.list(directory.toAbsolutePath())) {
                beside.filter(file ->
                                Files.isDirectory(input) || file.endsWith("nodes.csv") || file.endsWith("tenants.csv"))
                        .forEach(files::add);
            }
        }
        return files.stream().filter(Files::exists).toList();
    }

    /** What is wrong with a file for a journal. An earlier one is replaced, anything else is somebody's. */
    static Optional<String> journal(Path journal) throws IOException {
        Path parent = journal.toAbsolutePath().getParent();
        if (Files.isDirectory(journal)) {
            return Optional.of("--journal: '" + journal + "' is a directory; name a file");
        }
        if (parent != null && !Files.isDirectory(parent)) {
            return Optional.of(
                    "--journal: '" + journal + "' is in no directory that is there; make it, or name another");
        }
        if (!Files.exists(journal) || Files.size(journal) == 0) {
            return Optional.empty();
        }
        char[] begin = new char[JOURNAL_BEGIN.length()];
        try (BufferedReader text = Files.newBufferedReader(journal, StandardCharsets.ISO_8859_1)) {
            boolean isJournal = text.read(begin) == begin.length && JOURNAL_BEGIN.equals(new String(begin));
            return isJournal
                    ? Optional.empty()
                    : Optional.of("--journal: '" + journal + "' is there and no journal; name another file");
        }
    }
}
