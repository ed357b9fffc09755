package dev.offtake.sim.report;

import dev.offtake.sim.run.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes all that a simulation shows into a directory. */
public final class Report {
    /** What is written. */
    public static final List<String> FILES =
            List.of("summary.txt", "pools.csv", "tenants.csv", "levels.csv", "gangs.csv", "report.html");

    private Report() {}

    /**
     * Writes {@code summary.txt}, tables and {@code report.html}; files of an earlier report are replaced.
     *
     * @param title of the page
     * @throws IOException if a file cannot be written
     */
    public static void write(Result result, String title, Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("summary.txt"), Summary.of(result));
        new Tables(result).write(directory);
        Files.writeString(directory.resolve("report.html"), new Page(result, title).html());
    }
}
