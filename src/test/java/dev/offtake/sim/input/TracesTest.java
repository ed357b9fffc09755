package dev.offtake.sim.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracesTest {
    @TempDir
    private Path directory;

    private Trace read(String... lines) throws IOException {
        return read(Optional.empty(), lines);
    }

    private Trace read(Optional<String> tenant, String... lines) throws IOException {
        Path file = Files.write(directory.resolve("trace.csv"), List.of(lines));
        Csv csv = Csv.read(file);
        return TraceFormats.of(csv).read(csv, new TraceFormat.Settings(tenant, List.of("g2", "t4")));
    }

    @Test
    void ourOwnFormatIsReadWithAllItsColumns() throws IOException {
        Trace trace = read(
                "# made by hand",
                "submit,gang,tenant,gpus,duration,tier,required,priority,class,cpu,memory,checkpoint,contract,sub_tenant",
                "1h,b,acme,4x8,90m,\"Reserved,OnDemand\",rack,-3,h100-sxm,64,800Gi,30m+5m,acme-2026,research",
                "0.5,a,acme,12,60,,,,,,,,,");

        assertThat(trace.origin()).isEmpty();
        assertThat(trace.submissions())
                .containsExactly(
                        new Submission(4, "a", Ask.whole("acme", 12, Map.of()), 500, 60_000, 0, 0),
                        new Submission(
                                3,
                                "b",
                                new Ask(
                                        "acme",
                                        Optional.of("acme-2026"),
                                        Optional.of("research"),
                                        4,
                                        8,
                                        Map.of("cpu", "64", "memory", "800Gi"),
                                        Map.of(
                                                "offtake.dev/tier", "Reserved,OnDemand",
                                                "offtake.dev/topology", "rack",
                                                "offtake.dev/priority", "-3",
                                                "offtake.dev/gpu-class", "h100-sxm")),
                                3_600_000,
                                5_400_000,
                                1_800_000,
                                300_000));
    }

    @Test
    void instantsAreCountedFromTheFirst() throws IOException {
        Trace trace = read(
                "submit,gang,tenant,gpus,duration",
                "2026-03-01T00:00:10Z,late,acme,1,60",
                "2026-03-01T01:00:00+01:00,early,acme,1,60");

        assertThat(trace.origin()).contains(Instant.parse("2026-03-01T00:00:00Z"));
        assertThat(trace.submissions()).extracting(Submission::gang).containsExactly("early", "late");
        assertThat(trace.submissions()).extracting(Submission::submit).containsExactly(0L, 10_000L);
    }

    @Test
    void theGangBenchmarkNamesTiersAndLevels() throws IOException {
        Trace trace = read(
                "job,tenant,submit_s,gpus,duration_s,class,required_level,preferred_level,checkpoint_s,restart_s",
                "j0,vcA,17,64,13,guaranteed,none,rack,900,180",
                "j1,vcA,18,4,13,opportunistic,node,node,0,60");

        Ask first = trace.submissions().get(0).ask();
        assertThat(first.tenant()).isEqualTo("vca");
        assertThat(first.isWhole()).isTrue();
        assertThat(first.gpus()).isEqualTo(64);
        assertThat(first.wishes())
                .isEqualTo(Map.of("offtake.dev/tier", "Reserved,Spot", "offtake.dev/topology-preferred", "rack"));
        assertThat(trace.submissions().get(0).checkpoint()).isEqualTo(900_000);
        assertThat(trace.submissions().get(1).ask().wishes())
                .containsEntry("offtake.dev/tier", "Spot")
                .containsEntry("offtake.dev/topology", "node");
    }

    @Test
    void phillyIsSortedByTimeAndWorkWithoutGpusIsSkipped() throws IOException {
        Trace trace = read(
                "timestamp,duration,num_gpus,gpu_time,cluster",
                "2017-10-09 07:01:55,66.0,1,66.0,11cb48",
                "2017-10-09 06:13:03,2951.0,12,2951.0,6214e9",
                "2017-10-09 06:13:04,10.0,0,0,6214e9");

        assertThat(trace.skipped()).isEqualTo(1);
        assertThat(trace.submissions()).extracting(s -> s.ask().tenant()).containsExactly("6214e9", "11cb48");
        assertThat(trace.submissions().get(0).ask()).isEqualTo(Ask.whole("6214e9", 12, Map.of()));
        assertThat(trace.submissions().get(1).submit()).isEqualTo(2_932_000);
    }

    @Test
    void theParallelTracesCountIntervals() throws IOException {
        Trace trace = read(
                "u_id,user,gpu_num,cpu_num,node_num,interval,run_time,wall_time,new_status",
                "0,1,1,1,1,5,84,0,Pass",
                "1,1,0,1,1,94,87,0,Pass",
                "2,7,16,1,1,1,83,0,Pass");

        assertThat(trace.submissions()).extracting(Submission::submit).containsExactly(5_000L, 100_000L);
        assertThat(trace.submissions().get(1).ask().tenant()).isEqualTo("7");
    }

    @Test
    void allOfATraceCanBeOneTenants() throws IOException {
        assertThat(read(Optional.of("acme"), "u_id,user,gpu_num,interval,run_time", "0,1,1,0,5")
                        .submissions()
                        .get(0)
                        .ask()
                        .tenant())
                .isEqualTo("acme");
    }

    @Test
    void foreignNamesBecomeThoseOfTenantsAndOnesThatBecomeOneAreNamed() throws IOException {
        Trace trace = read(
                "timestamp,duration,num_gpus,cluster",
                "2017-10-09 07:01:55,66.0,1,vcVP_5",
                "2017-10-09 07:01:56,66.0,1,VCvp-5",
                "2017-10-09 07:01:57,66.0,1,_" + "x".repeat(70),
                "2017-10-09 07:01:58,66.0,1,6e1f3a0bc2",
                "2017-10-09 07:01:59,66.0,1,*");

        assertThat(trace.submissions())
                .extracting(s -> s.ask().tenant())
                .containsExactly("vcvp-5", "vcvp-5", "x".repeat(62), "6e1f3a0bc2", "unnamed");
        assertThat(trace.notes())
                .containsExactly(
                        "of the trace, VCvp-5 and vcVP_5 are one tenant, vcvp-5; rename all but one if they are not");
    }

    @ParameterizedTest
    @CsvSource({
        "Train_1, acme, acme-2026, vision, gang, Train_1",
        "train, Acme, acme-2026, vision, tenant, Acme",
        "train, acme.inc, acme-2026, vision, tenant, acme.inc",
        "train, acme, 'acme 2026', vision, contract, acme 2026",
        "train, acme, acme-2026, -vision, sub_tenant, -vision"
    })
    void whatIsNoNameInKubernetesIsNamed(
            String gang, String tenant, String contract, String subTenant, String column, String value) {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read(
                        "submit,gang,tenant,gpus,duration,contract,sub_tenant",
                        "0," + gang + "," + tenant + ",1,60," + contract + "," + subTenant))
                .withMessageContaining("trace.csv:2: " + column + ": \"" + value
                        + "\" is no name that Kubernetes takes; use at most 63 lower-case letters");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    soon,a,acme,1,60       | :3: submit: "soon" is no length of time; write seconds
                    0,,acme,1,60           | :3: gang: "" is missing; give it a value
                    0,first,acme,1,60      | :3: gang: "first" is the name of an earlier gang
                    0,a,acme,0,60          | :3: gpus: "0" is no number of GPUs; write the gang's GPUs (32), or pods x GPUs (4x8)
                    0,a,acme,0x8,60        | :3: gpus: "0x8" is no number of GPUs
                    0,a,acme,9999x9999,60  | :3: gpus: "9999x9999" is more than 10000000 GPUs; split the work
                    0,a,acme,1,0           | :3: duration: "0" is no time at all
                    0,a,acme,1             | :3: has 4 fields, the header has 5
                    2026-01-01T00:00:00Z,a,acme,1,60 | :3: submit: "2026-01-01T00:00:00Z" is not like those before
                    """)
    void aBadRowIsNamedWithItsLineFieldAndFix(String row, String message) {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read("submit,gang,tenant,gpus,duration", "0,first,acme,1,60", row))
                .withMessageContaining("trace.csv" + message);
    }

    @Test
    void aFileThatIsNotThereIsSaidToBeMissing() {
        Path missing = directory.resolve("none.csv");
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> Csv.read(missing))
                .withMessage(missing + ": is not there; name a CSV file");
    }

    @Test
    void aFileThatIsPackedIsSaidToBeNoText() throws IOException {
        Path packed = Files.write(directory.resolve("trace.csv.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0, (byte) 0xff});
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> Csv.read(packed))
                .withMessage(packed + ": is no UTF-8 text; unpack it if it is compressed, and name a CSV file");
    }

    @Test
    void anUnknownColumnIsNoTypoThatGoesUnnoticed() {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read("submit,gang,tenant,gpus,duration,teir", "0,a,acme,1,60,Reserved"))
                .withMessageContaining("trace.csv:1: teir: \"teir\" is no column of a trace; use submit, gang");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    submit,gang,tenant,gpus,duration,  | 0,a,acme,1,60, | column 6
                    submit,gang,,tenant,gpus,duration, | 0,a,,acme,1,60, | column 3
                    """)
    void aColumnWithoutANameIsToldByItsNumber(String header, String row, String column) {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read("# of last year", header, row))
                .withMessageEndingWith(
                        "trace.csv:2: " + column + " has no name; name it, or remove its comma here and in the rows");
    }

    @Test
    void aCommaThatOnlyTheHeaderHasIsPointedOut() {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read("submit,gang,tenant,gpus,duration,", "0,a,acme,1,60"))
                .withMessageContaining("trace.csv:2: has 5 fields, the header has 6, of which column 6 has no name;");
    }

    @Test
    void aForeignTableMayHaveAColumnWithoutAName() throws IOException {
        assertThat(read(",u_id,user,gpu_num,interval,run_time", "0,1,1,1,0,5").submissions())
                .hasSize(1);
    }

    @Test
    void aTableThatIsNoTraceIsAnsweredWithTheFormats() {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read("a,b", "1,2"))
                .withMessageContaining("has the columns a,b")
                .withMessageContaining("\n  Offtake: submit,gang,tenant,gpus,duration\n")
                .withMessageContaining("\n  openb (cluster-trace-gpu-v2023 of Alibaba): name,cpu_milli,")
                .withMessageContaining("\n  Philly, as in the artifact of Sia: timestamp,duration,num_gpus,cluster\n");
    }
}
