package dev.offtake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.offtake.operator.process.OperatorFactory;
import dev.offtake.operator.process.OperatorOptions;
import dev.offtake.schedule.WaitRules;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class OperatorCommandTest {
    private static final OperatorFactory NEVER_CALLED = context -> {
        throw new AssertionError("a bad option must be found before anything starts");
    };

    @TempDir
    private Path directory;

    private Path ownNamespace = Path.of("not-in-a-pod");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void withoutOptionsTheDefaultsHold() {
        OperatorOptions options = parse(Map.of());

        assertThat(options.cluster().kubeconfig()).isEmpty();
        assertThat(options.cluster().context()).isEmpty();
        assertThat(options.namespace()).isEqualTo("offtake-system");
        assertThat(options.httpPort()).isEqualTo(8080);
        assertThat(options.apiConcurrency()).isEqualTo(64);
        assertThat(options.explainAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.waits()).isEqualTo(WaitRules.DEFAULT);
        assertThat(options.record()).isEmpty();
        assertThat(options.election().enabled()).isTrue();
        assertThat(options.election().leaseName()).isEqualTo("offtake-operator");
        assertThat(options.election().leaseDuration()).isEqualTo(Duration.ofSeconds(15));
        assertThat(options.election().renewDeadline()).isEqualTo(Duration.ofSeconds(10));
        assertThat(options.election().retryPeriod()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void twoProcessesOfOneHostGetDifferentIdentities() {
        assertThat(parse(Map.of()).election().identity())
                .isNotEqualTo(parse(Map.of()).election().identity());
    }

    static Stream<Arguments> options() {
        return Stream.of(
                option(
                        "--kubeconfig",
                        "KUBECONFIG",
                        "/a/b",
                        o -> o.cluster().kubeconfig().map(Path::toString).get()),
                option(
                        "--context",
                        "OFFTAKE_CONTEXT",
                        "staging",
                        o -> o.cluster().context().get()),
                option("--namespace", "OFFTAKE_NAMESPACE", "gpu-team", OperatorOptions::namespace),
                option("--http-port", "OFFTAKE_HTTP_PORT", "0", OperatorOptions::httpPort),
                option("--api-concurrency", "OFFTAKE_API_CONCURRENCY", "8", OperatorOptions::apiConcurrency),
                option(
                        "--explain-after",
                        "OFFTAKE_EXPLAIN_AFTER",
                        "250ms",
                        o -> o.explainAfter().toMillis() + "ms"),
                option(
                        "--reserve-after",
                        "OFFTAKE_RESERVE_AFTER",
                        "90m",
                        o -> o.waits().reserveAfter().toMinutes() + "m"),
                option(
                        "--spot-patience",
                        "OFFTAKE_SPOT_PATIENCE",
                        "90m",
                        o -> o.waits().spotPatience().toMinutes() + "m"),
                option(
                        "--spot-order",
                        "OFFTAKE_SPOT_ORDER",
                        "LargestFirst",
                        o -> o.waits().spotOrder().spelled()),
                option(
                        "--start-over-after",
                        "OFFTAKE_START_OVER_AFTER",
                        "90m",
                        o -> o.waits().startOverAfter().toMinutes() + "m"),
                option(
                        "--record",
                        "OFFTAKE_RECORD",
                        "/a/b.jsonl",
                        o -> o.record().map(Path::toString).get()),
                option(
                        "--leader-elect",
                        "OFFTAKE_LEADER_ELECT",
                        "false",
                        o -> o.election().enabled()),
                option(
                        "--identity",
                        "OFFTAKE_IDENTITY",
                        "offtake-0",
                        o -> o.election().identity()),
                option(
                        "--lease-name",
                        "OFFTAKE_LEASE_NAME",
                        "other",
                        o -> o.election().leaseName()),
                option(
                        "--lease-duration",
                        "OFFTAKE_LEASE_DURATION",
                        "60s",
                        o -> seconds(o.election().leaseDuration())),
                option(
                        "--renew-deadline",
                        "OFFTAKE_RENEW_DEADLINE",
                        "12s",
                        o -> seconds(o.election().renewDeadline())),
                option(
                        "--retry-period",
                        "OFFTAKE_RETRY_PERIOD",
                        "3s",
                        o -> seconds(o.election().retryPeriod())));
    }

    private static Arguments option(String name, String variable, String value, Function<OperatorOptions, Object> get) {
        return Arguments.of(name, variable, value, get);
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + "s";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("options")
    void anOptionIsReadFromTheCommandLine(
            String name, String variable, String value, Function<OperatorOptions, Object> get) {
        assertThat(get.apply(parse(Map.of(), name + "=" + value))).hasToString(value);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("options")
    void anOptionIsReadFromItsVariable(
            String name, String variable, String value, Function<OperatorOptions, Object> get) {
        assertThat(get.apply(parse(Map.of(variable, value)))).hasToString(value);
    }

    @Test
    void inAPodTheNamespaceIsItsOwn() throws IOException {
        ownNamespace = Files.writeString(directory.resolve("namespace"), "gpu-team\n");

        assertThat(parse(Map.of()).namespace()).isEqualTo("gpu-team");
        assertThat(parse(Map.of("OFFTAKE_NAMESPACE", "other")).namespace()).isEqualTo("other");
        assertThat(parse(Map.of("KUBECONFIG", "/elsewhere")).namespace()).isEqualTo("offtake-system");
    }

    @Test
    void anEmptyVariableIsNoValue() {
        assertThat(parse(Map.of("OFFTAKE_HTTP_PORT", "")).httpPort()).isEqualTo(8080);
    }

    @Test
    void theCommandLineWinsOverTheVariable() {
        assertThat(parse(Map.of("OFFTAKE_HTTP_PORT", "1"), "--http-port=2").httpPort())
                .isEqualTo(2);
    }

    @Test
    void oneOptionOfAGroupLeavesTheOthersAtTheirValues() {
        OperatorOptions options = parse(Map.of("OFFTAKE_RETRY_PERIOD", "1s"), "--lease-duration=30s");

        assertThat(options.election().retryPeriod()).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.election().renewDeadline()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void severalKubeconfigsOfTheVariableAreLeftToTheClientThatMergesThem() {
        assertThat(parse(Map.of("KUBECONFIG", "/a" + File.pathSeparator + "/b"))
                        .cluster()
                        .kubeconfig())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    --http-port=x            | --http-port': 'x' is not an int
                    --http-port=70000        | --http-port: 70000 is not a port; use 1 to 65535
                    --namespace=Bad_Name     | --namespace: 'Bad_Name' is not a namespace
                    --api-concurrency=0      | --api-concurrency: 0 is out of range
                    --explain-after=soon     | 'soon' is not a duration; use for example 500ms, 15s or 1m30s
                    --reserve-after=a-day    | 'a-day' is not a duration; use for example 500ms, 15s or 1m30s
                    --spot-patience=long     | 'long' is not a duration
                    --spot-patience=721h     | must be 0s to 720h
                    --spot-order=Random      | 'Random' is neither FairShare nor LargestFirst
                    --start-over-after=soon  | 'soon' is not a duration
                    --explain-after=-1s      | '-1s' is not a duration
                    --leader-elect=maybe     | --leader-elect': 'maybe' is not a boolean
                    --identity=              | --identity: must not be blank
                    --lease-duration=1500ms  | --lease-duration: 1500ms is not whole seconds
                    --lease-duration=999999h | --lease-duration: 3599996400000ms is too long, as nobody leads for so long after a crash; use at most 24h
                    --lease-duration=10s     | --renew-deadline: 10000ms must be shorter than --lease-duration (10000ms)
                    --retry-period=5s        | --retry-period: 5000ms must be less than half of --renew-deadline (10000ms)
                    --retry-period=1ms       | --retry-period: 1ms is too short
                    --log-format=xml         | --log-format': expected one of [JSON, PLAIN] (case-insensitive) but was 'xml'
                    --log-level=loud         | --log-level': expected one of [ERROR, WARN, INFO, DEBUG, TRACE]
                    --kubeconfig=/not/there  | --kubeconfig: cannot read the file '/not/there'
                    --htp-port=1             | Possible solutions: --http-port
                    """)
    void aBadValueIsNamedAndExitsWith2(String argument, String message) {
        int code = commandLine(Map.of()).execute("operator", argument);

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains(message).contains("Try 'offtake operator --help'.");
        assertThat(err.toString().lines().count()).isLessThanOrEqualTo(3);
    }

    @Test
    void aBadValueOfAVariableNamesTheVariable() {
        int code = commandLine(Map.of("OFFTAKE_HTTP_PORT", "x")).execute("operator");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("(from OFFTAKE_HTTP_PORT)");
    }

    @Test
    void anUnknownContextIsAnsweredWithTheOnesThereAre() throws Exception {
        Path kubeconfig = Path.of(
                OperatorCommandTest.class.getResource("two-contexts.yaml").toURI());

        int code = commandLine(Map.of()).execute("operator", "--kubeconfig=" + kubeconfig, "--context=prod");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("no context 'prod' in the kubeconfig; there are [desk, staging]");
    }

    @Test
    void helpShowsGroupsOptionsDefaultsAndVariables() {
        int code = commandLine(Map.of()).execute("operator", "--help");

        assertThat(code).isZero();
        assertThat(out.toString())
                .contains("Cluster:\n", "Scheduling:\n", "Leader election:\n", "Probes and metrics:\n", "Log:\n")
                .contains("""
                        Probes and metrics:
                              --http-port=<port>            Port of /healthz, /readyz and /metrics; 0
                                                              takes any free one. Default: 8080.
                                                            Environment: OFFTAKE_HTTP_PORT
                        """)
                .contains("Examples:\n  offtake operator\n");
    }

    @Test
    void everyOptionTellsItsVariable() {
        List<OptionSpec> options =
                commandLine(Map.of()).getSubcommands().get("operator").getCommandSpec().options().stream()
                        .filter(option -> !option.usageHelp() && !option.versionHelp())
                        .toList();

        assertThat(options).hasSize(20);
        assertThat(options)
                .allSatisfy(option -> assertThat(Arrays.asList(option.description()))
                        .last()
                        .isEqualTo("Environment: " + EnvironmentDefaults.variable(option)));
    }

    @Test
    void theUsageListsTheCommands() {
        assertThat(commandLine(Map.of()).getUsageMessage()).contains("operator  Runs the operator");
    }

    @Test
    void aCommandThatIsNamedFirstIsAllThatIsPutTogether() {
        Set<String> all = commandLine(Map.of()).getSubcommands().keySet();

        assertThat(all).containsExactly("operator", "check", "explain", "defrag", "simulate", "help");
        for (String name : List.of("operator", "check", "explain", "defrag", "simulate")) {
            assertThat(Main.commandLine(NEVER_CALLED, Map.of(), ownNamespace, name, "--help")
                            .getSubcommands()
                            .keySet())
                    .containsExactly(name);
        }
        for (String other : List.of("help", "--version", "operater")) {
            assertThat(Main.commandLine(NEVER_CALLED, Map.of(), ownNamespace, other)
                            .getSubcommands()
                            .keySet())
                    .isEqualTo(all);
        }
    }

    @Test
    void theVersionIsPrinted() {
        assertThat(commandLine(Map.of()).execute("--version")).isZero();
        assertThat(out.toString()).startsWith("offtake ");
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "15s,15000", "1m30s,90000", "2m,120000", "1h,3600000", "1s500ms,1500", "0s,0"})
    void durationsAreWrittenAsInKubernetes(String text, long millis) {
        assertThat(new DurationConverter().convert(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"15", "PT15S", "s", "''", "1s1m", "1.5s"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatExceptionOfType(CommandLine.TypeConversionException.class)
                .isThrownBy(() -> new DurationConverter().convert(text));
    }

    private CommandLine commandLine(Map<String, String> environment) {
        return Main.commandLine(NEVER_CALLED, environment, ownNamespace)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setUsageHelpWidth(80);
    }

    private OperatorOptions parse(Map<String, String> environment, String... arguments) {
        CommandLine root = commandLine(environment);
        root.parseArgs(
                Stream.concat(Stream.of("operator"), Stream.of(arguments)).toArray(String[]::new));
        OperatorCommand operator = root.getSubcommands().get("operator").getCommand();
        return operator.options();
    }
}
