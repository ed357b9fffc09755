package dev.offtake.cli;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example, as its document types it. */
class SimulateCommandTest {
    private static final Path ROOT = Path.of(System.getProperty("basedir", ""));
    private static final Path EXAMPLE = ROOT.resolve("examples/simulate");

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        return Main.commandLine(context -> null, Map.of(), Path.of("not-in-a-pod"))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setUsageHelpWidth(80)
                .execute(arguments);
    }

    private int example(Path to, String... more) {
        List<String> arguments = List.of(
                "simulate",
                "--manifests",
                EXAMPLE.toString(),
                "--trace",
                EXAMPLE.resolve("trace.csv").toString(),
                "--changes",
                EXAMPLE.resolve("changes.csv").toString(),
                "--until",
                "24h",
                "--out",
                to.toString());
        return execute(Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void theExampleGivesWhatItsDocumentShows() throws IOException {
        int code = example(directory);

        assertThat(code).as("%s", err).isZero();
        assertThat(Files.readString(ROOT.resolve("docs/simulate.md"))).contains("```text\n" + out + "```");
        assertThat(directory.resolve("summary.txt")).hasContent(out.toString());
        assertThat(err.toString()).containsPattern("^\\d+ decisions in [0-9.]+ s: \\d+ per second\n$");
    }

    @Test
    void thePageNeedsNothingElse() throws IOException {
        example(directory);

        String page = Files.readString(directory.resolve("report.html"));

        assertThat(page)
                .doesNotContainPattern("%[A-Z_]+%")
                .doesNotContainPattern("(src|href)=")
                .contains("var uPlot=", "\"name\":\"h100\"", "\"name\":\"research\"");
    }

    @Test
    void theSameInputGivesTheSameBytes() throws IOException {
        example(directory.resolve("a"));
        example(directory.resolve("b"));

        Map<String, String> first = contents(directory.resolve("a"));
        assertThat(first)
                .containsOnlyKeys("gangs.csv", "levels.csv", "pools.csv", "report.html", "summary.txt", "tenants.csv")
                .isEqualTo(contents(directory.resolve("b")));
    }

    @Test
    void forHowLongGangsWaitIsAsItWasSaid() throws IOException {
        Path journal = directory.resolve("events.jsonl");

        example(directory.resolve("out"), "--reserve-after=6h", "--spot-patience=90m", "--journal", journal.toString());

        assertThat(Files.readString(journal)).contains("PT6H", "PT1H30M");
        assertThat(execute("simulate", "--trace=x.csv", "--spot-patience=721h")).isEqualTo(2);
        assertThat(err.toString()).contains("--spot-patience: must be 0s to 720h");
    }

    private static Map<String, String> contents(Path of) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(of)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return contents;
    }

    @Test
    void aReplayDecidesTheSameEvictionsIncluded() throws IOException {
        Path journal = directory.resolve("events.jsonl");
        example(directory.resolve("out"), "--journal", journal.toString());
        out.getBuffer().setLength(0);

        int code = execute("simulate", "--replay", journal.toString());

        assertThat(code).as("%s%s", out, err).isZero();
        assertThat(out.toString()).contains(" 94 decisions, all as recorded.");
        assertThat(Files.readString(journal)).contains("\"kind\":\"Evict\"", "\"plan\":{\"victims\":[");
    }

    @Test
    void aReplayThatDecidesOtherwiseSaysWhereAndFails() throws IOException {
        Path journal = directory.resolve("events.jsonl");
        example(directory.resolve("out"), "--journal", journal.toString());
        // As if the recorded scheduler had put a pod elsewhere.
        List<String> lines = Files.readAllLines(journal);
        int changed = 0;
        while (!lines.get(changed).contains("\"kind\":\"Release\"")) {
            changed++;
        }
        lines.set(changed, lines.get(changed).replaceFirst("\"node\":\"gpu-[0-9]+\"", "\"node\":\"gpu-99\""));
        Files.write(journal, lines);
        out.getBuffer().setLength(0);

        int code = execute("simulate", "--replay", journal.toString());

        assertThat(code).isEqualTo(1);
        assertThat(out.toString())
                .contains("events.jsonl:" + (changed + 1) + ": other decisions than recorded.")
                .containsPattern("\n- Release.*gpu-99")
                .containsPattern("\n\\+ Release.*gpu-0");
    }

    @Test
    void aTornLastLineIsForgottenButNotOneInTheMiddle() throws IOException {
        Path journal = directory.resolve("events.jsonl");
        example(directory.resolve("out"), "--journal", journal.toString());
        List<String> lines = Files.readAllLines(journal);
        Files.writeString(journal, String.join("\n", lines) + "\n{\"kind\":\"Appl");
        assertThat(execute("simulate", "--replay", journal.toString())).isZero();

        lines.set(7, "{\"kind\":\"Appl");
        Files.write(journal, lines);

        assertThat(execute("simulate", "--replay", journal.toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("events.jsonl:8: is no line of a journal of this version")
                .contains("; name a file of operator --record, and replay it with the version that recorded it");
    }

    @Test
    void aBlankLineOfARecordIsNoneAndIsCountedAllTheSame() throws IOException {
        Path journal = directory.resolve("events.jsonl");
        example(directory.resolve("out"), "--journal", journal.toString());
        List<String> lines = Files.readAllLines(journal);
        String blank = "\n \r\n\n";
        Files.writeString(journal, String.join("\n", lines) + blank);
        assertThat(execute("simulate", "--replay", journal.toString())).isZero();
        assertThat(out.toString()).contains(" 94 decisions, all as recorded.");

        Files.writeString(journal, String.join("\n", lines) + "\n{\"kind\":\"Appl" + blank);
        assertThat(execute("simulate", "--replay", journal.toString()))
                .as("torn before them")
                .isZero();

        Files.writeString(journal, blank + "{\"kind\":\"Appl" + blank);
        assertThat(execute("simulate", "--replay", journal.toString())).isEqualTo(1);
        Files.writeString(journal, blank);
        assertThat(execute("simulate", "--replay", journal.toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("events.jsonl:4: is no line of a journal of this version")
                .contains("events.jsonl: is empty; name a file of operator --record");
    }

    @Test
    void aLineMayBeTornWithinALetter() throws IOException {
        Path journal = directory.resolve("events.jsonl");
        example(directory.resolve("out"), "--journal", journal.toString());
        byte[] begun = Files.readString(journal).getBytes(StandardCharsets.UTF_8);
        byte[] letter = "\u00fc".getBytes(StandardCharsets.UTF_8);

        Files.write(journal, "{\"kind\":\"Applied\",\"at\":\"".getBytes(StandardCharsets.UTF_8), APPEND);
        Files.write(journal, new byte[] {letter[0]}, APPEND);
        assertThat(execute("simulate", "--replay", journal.toString()))
                .as("%s", err)
                .isZero();

        Files.write(journal, new byte[] {'\n'}, APPEND);
        Files.write(journal, begun, APPEND);
        assertThat(execute("simulate", "--replay", journal.toString()))
                .as("%s", err)
                .isZero();
        assertThat(out.toString()).contains(" 188 decisions, all as recorded.");
    }

    @Test
    void whereNothingHappensThereIsASummary() throws IOException {
        Path trace =
                Files.writeString(directory.resolve("trace.csv"), "submit,gang,tenant,gpus,duration\n1h,a,acme,8,60\n");

        assertThat(execute("simulate", "--manifests", EXAMPLE.toString(), "--trace", trace.toString(), "--until=1s"))
                .isZero();

        assertThat(out.toString()).contains(" 0 gangs submitted").endsWith("\nDecisions: 0\n");
    }

    @Test
    void aBadRowEndsItWithOneLine() throws IOException {
        Path trace = Files.writeString(
                directory.resolve("trace.csv"), "submit,gang,tenant,gpus,duration\n0,a,acme,none,60\n");

        int code = execute("simulate", "--manifests", EXAMPLE.toString(), "--trace", trace.toString());

        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("offtake: " + trace + ":2: gpus: \"none\" is no number of GPUs");
    }

    @Test
    void withoutATraceItSaysWhatIsMissing() {
        assertThat(execute("simulate")).isEqualTo(2);
        assertThat(err.toString()).contains("--trace is missing", "Try 'offtake simulate --help'.");
    }

    @Test
    void aBadLengthIsABadOption() {
        assertThat(example(directory, "--interval", "often")).isEqualTo(2);
        assertThat(err.toString()).contains("--interval: 'often' is no length of time; use seconds");
    }

    @Test
    void theHelpShowsOptionsAndExamples() {
        assertThat(execute("simulate", "--help")).isZero();
        assertThat(out.toString())
                .contains("--manifests=<dir>", "--replay=<file>", "Environment: OFFTAKE_TRACE")
                .contains("Examples:\n  offtake simulate --manifests examples/simulate");
    }

    @Test
    void noInputIsReplacedByAnOutput() throws IOException {
        String rows = "submit,gang,tenant,gpus,duration\n0,a,acme,8,1h\n";
        Path trace = Files.writeString(directory.resolve("gangs.csv"), rows);
        String manifests = "--manifests=" + EXAMPLE;

        assertThat(execute("simulate", manifests, "--trace=" + trace, "--journal=" + trace))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--journal: '" + trace + "' is there and no journal; name another file");
        assertThat(execute("simulate", manifests, "--trace=" + trace, "--out=" + directory))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--out: '" + directory + "' would replace " + trace + ", which is read");
        assertThat(trace).hasContent(rows);
    }

    @Test
    void tenantsBesideATraceAreNotReplacedByThoseOfTheReport() throws IOException {
        Path trace = Files.writeString(directory.resolve("jobs.csv"), "job\n");
        Files.writeString(directory.resolve("tenants.csv"), "tenant,guaranteed_gpus\n");

        assertThat(execute("simulate", "--trace=" + trace, "--out=" + directory))
                .isEqualTo(2);

        assertThat(err.toString()).contains("would replace " + directory.resolve("tenants.csv"));
    }

    @Test
    void whereNothingCanBeWrittenIsSaidBeforeAnythingIsRead() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "mine");

        assertThat(execute("simulate", "--trace=none.csv", "--out=" + file)).isEqualTo(2);
        assertThat(execute("simulate", "--trace=none.csv", "--journal=" + directory))
                .isEqualTo(2);
        assertThat(execute("simulate", "--trace=none.csv", "--journal=" + directory.resolve("no/j")))
                .isEqualTo(2);
        Path page = Files.createDirectories(directory.resolve("out/report.html"));
        assertThat(execute("simulate", "--trace=none.csv", "--out=" + page.getParent()))
                .isEqualTo(2);
        assertThat(execute("simulate", "--trace=none.csv", "--out=" + file.resolve("out")))
                .isEqualTo(1);

        assertThat(err.toString())
                .contains("--out: '" + file + "' is a file; name a directory")
                .contains("--journal: '" + directory + "' is a directory; name a file")
                .contains("' is in no directory that is there")
                .contains("--out: '" + page + "' is there and cannot be replaced; name another directory")
                .contains("offtake: cannot write: " + file + "/out: Not a directory");
        assertThat(file).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--trace=trace.csv",
                "--out=out",
                "--journal=other.jsonl",
                "--manifests=none",
                "--changes=changes.csv",
                "--tenant=acme",
                "--start=2026-01-01T00:00:00Z",
                "--until=5h",
                "--interval=1h",
                "--reserve-after=6h",
                "--spot-patience=1h",
                "--spot-order=LargestFirst",
                "--start-over-after=1m"
            })
    void aReplayTakesNoOptionThatItWouldPassOver(String option) {
        assertThat(execute("simulate", "--replay=events.jsonl", option)).isEqualTo(2);

        assertThat(err.toString())
                .contains("--replay: does again what 'events.jsonl' has, with the settings in it; omit "
                        + option.substring(0, option.indexOf('=')));
    }

    @Test
    void aTraceMayBeCalledLikeAPartOfThePageAndATenantHasNoWaitIfNothingOfItsStarted() throws IOException {
        Path trace = Files.writeString(
                directory.resolve("%DATA%<b>.csv"),
                "submit,gang,tenant,gpus,duration\n0,a,other,8,1h\n0,b,acme,8,1h\n");

        execute("simulate", "--manifests=" + EXAMPLE, "--trace=" + trace, "--until=2h", "--out=" + directory);

        assertThat(out.toString())
                .containsPattern("(?m)^other .* 1 +0 +1( +-){4}$")
                .containsPattern("(?m)^acme .* 1 +1 +0( +0.0s){4}$");
        assertThat(Files.readString(directory.resolve("report.html")))
                .contains("Simulation of %DATA%&lt;b&gt;.csv")
                .containsOnlyOnce("\"percents\":");
    }

    @Test
    void whatIsPromisedAndNotThereIsToldBeforeAndInTheSummary() throws IOException {
        Files.writeString(
                directory.resolve("site.yaml"),
                Files.readString(EXAMPLE.resolve("pool.yaml"))
                        + "---\n"
                        + Files.readString(EXAMPLE.resolve("contracts.yaml"))
                                .replace("name: all, quantity: 2,", "name: all, quantity: 5,"));

        int code = execute(
                "simulate",
                "--manifests=" + directory.resolve("site.yaml"),
                "--trace=" + EXAMPLE.resolve("trace.csv"),
                "--until=1h",
                "--out=" + directory.resolve("out"));

        assertThat(code).as("%s", err).isZero();
        assertThat(err.toString())
                .contains("note: oversold: contract acme-2026: commitment racks can have 4 of 5 committed cells of unit"
                        + " rack of class h100-sxm from 2026-01-01T00:00:00Z to 2027-01-01T00:00:00Z; of the class, 184"
                        + " GPUs are promised and 128 there\n");
        assertThat(out.toString())
                .containsPattern("(?m)^acme-2026/racks +h100-sxm +rack +5 +4 +184 +128 +2026-01-01T00:00:00Z")
                .containsPattern("(?m)^research-2026/base +h100-sxm +gpu +24 +0 +184 +128 ");
        assertThat(directory.resolve("out/summary.txt")).hasContent(out.toString());
        assertThat(Files.readString(directory.resolve("out/report.html"))).contains("research-2026/base  h100-sxm");
    }

    @Test
    void whatIsWrongWithTheJobOfAGangIsToldByTheColumnThatItFollowsFrom() throws IOException {
        Path trace = Files.writeString(
                directory.resolve("trace.csv"), "submit,gang,tenant,gpus,duration\n0,a,acme,200000x1,1h\n");

        assertThat(execute("simulate", "--manifests=" + EXAMPLE, "--trace=" + trace))
                .isEqualTo(1);
        assertThat(err.toString()).contains("trace.csv:2: gpus: \"200000x1\" is above the largest gang, 131072 pods");
    }

    @Test
    void aNameThatNoTenantCanHaveIsABadOption() {
        assertThat(example(directory, "--tenant=Acme Inc")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--tenant: 'Acme Inc' is no name of a tenant; use spec.tenant of a contract");
    }

    @Test
    void aGangThatWaitsForEverDilutesNothing() throws IOException {
        Path trace = Files.writeString(
                directory.resolve("trace.csv"),
                "submit,gang,tenant,gpus,duration,required\n0,a,acme,64,1h,\n0,never,acme,128,1h,rack\n");

        execute("simulate", "--manifests=" + EXAMPLE, "--trace=" + trace);

        assertThat(out.toString())
                .startsWith("From 2026-01-01T00:00:00Z to 2026-01-01T01:00:00Z (1h0m): 2 gangs submitted, 1 started,"
                        + " 1 finished.\nIt ends with the last change: 1 gang waits for ever.\n\n")
                .containsPattern("(?m)^h100 +128.0 +64.0 +0.0 +50.0 +50.0$");
    }

    @Test
    void whatComesAfterTheEndIsCounted() {
        int code = execute(
                "simulate",
                "--manifests=" + EXAMPLE,
                "--trace=" + EXAMPLE.resolve("trace.csv"),
                "--changes=" + EXAMPLE.resolve("changes.csv"),
                "--until=8h");

        assertThat(code).isZero();
        assertThat(out.toString()).contains(" 10 gangs submitted");
        assertThat(err.toString()).startsWith("note: after the end, and left out: 3 gangs of the trace, 1 changes\n");
    }

    @Test
    void samplesThatNoMemoryHoldsAreRefused() {
        int code = execute(
                "simulate",
                "--manifests=" + EXAMPLE,
                "--trace=" + EXAMPLE.resolve("trace.csv"),
                "--until=24h",
                "--interval=0.001");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString())
                .contains("--interval: '0.001' gives 86400000 samples, more than 1000000; use a longer one");
    }

    @Test
    void soAreThoseOfALongRunThatTheLastSubmissionDoesNotTell(@TempDir Path directory) throws IOException {
        Path trace = directory.resolve("trace.csv");
        Files.writeString(trace, "submit,gang,tenant,gpus,duration\n0,long,acme,8,300d\n");

        int code = execute("simulate", "--manifests=" + EXAMPLE, "--trace=" + trace, "--interval=10");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString())
                .containsPattern("--interval: '10' gives more than [0-9]+ samples, the most here, by ");
    }
}
