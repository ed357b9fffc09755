package dev.offtake.sim.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.offtake.contract.Contract;
import dev.offtake.schedule.Event;
import dev.offtake.sim.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a change applies in place of what is there already: as {@code kubectl apply} does it. */
class ApplyTest {
    private static final String HEADER = "submit,gang,tenant,gpus,duration,sub_tenant,priority";
    private static final String[] GANGS = {
        "0,a,acme,16,2h,,0", "30m,vision,acme,16,1h,vision,10", "40m,speech,acme,16,1h,speech,5"
    };

    @TempDir
    private Path directory;

    private TwoNodes nodes;
    private String site;

    @BeforeEach
    void twoNodes() throws IOException {
        nodes = new TwoNodes(directory);
        site = Files.readString(directory.resolve("site").resolve("site.yaml"));
    }

    private Result apply(String manifests) throws IOException {
        Files.writeString(directory.resolve("applied.yaml"), manifests);
        return nodes.runWith(HEADER, "1h,apply,applied.yaml\n", GANGS);
    }

    private static List<String> inOrderOfStart(Result result) {
        return result.gangs().stream()
                .sorted((a, b) -> Long.compare(a.start(), b.start()))
                .map(gang -> gang.submission().gang())
                .toList();
    }

    private <T extends Event> Stream<T> events(Class<T> type) {
        return nodes.events.stream().filter(type::isInstance).map(type::cast);
    }

    @Test
    void whatIsAppliedAgainUnchangedChangesNothing() throws IOException {
        assertThat(inOrderOfStart(apply(site))).containsExactly("a", "vision", "speech");
        assertThat(events(Event.PutPool.class)).hasSize(1);
        assertThat(events(Event.PutNode.class)).hasSize(2);
        assertThat(events(Event.PutContract.class)).hasSize(2);
    }

    @Test
    void subTenantsMayChangeAndCountFromThenOn() throws IOException {
        String changed = site.replace("tenant: acme", "tenant: acme\n  subTenants: [{name: vision, maxPriority: 0}]");

        assertThat(inOrderOfStart(apply(changed))).containsExactly("a", "speech", "vision");
        assertThat(events(Event.PutContract.class).map(Event.PutContract::contract))
                .filteredOn(contract -> contract.name().equals("acme"))
                .extracting(Contract::admittedAt)
                .as("who was promised first stays so")
                .containsExactly(TwoNodes.START, TwoNodes.START);
    }

    @Test
    void theOperatorAloneSaysWhenAContractWasAdmitted() throws IOException {
        apply(site + "status: {admittedAt: \"2025-01-01T00:00:00Z\"}\n");

        assertThat(events(Event.PutContract.class).map(event -> event.contract().admittedAt()))
                .doesNotContain(Instant.parse("2025-01-01T00:00:00Z"));
    }

    @Test
    void aPoolMayChange() throws IOException {
        apply(site.replace("nodes: 2", "nodes: 1"));

        assertThat(events(Event.PutPool.class).map(Event.PutPool::pool))
                .extracting(pool -> pool.levels().get(0).nodes())
                .containsExactly(2, 1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    quantity: 2 | quantity: 1 | TenantContract acme: spec: the terms of acme are immutable, it was admitted at 2026-01-01T00:00:00Z: make a new contract
                    h100-sxm, top | h200-sxm, top | GPUPool h100: spec.gpuClass: gpuClass is immutable: it is h100-sxm and cannot become h200-sxm; make another GPUPool
                    """)
    void whatIsImmutableIsRefusedAsOnACluster(String from, String to, String message) {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> apply(site.replace(from, to)))
                .withMessageContaining("applied.yaml:")
                .withMessageContaining(message);
    }

    @Test
    void aContractThatWasDeletedMayComeBackOnOtherTerms() throws IOException {
        Files.writeString(directory.resolve("applied.yaml"), site.replace("quantity: 2", "quantity: 1"));

        nodes.runWith(HEADER, "1h,delete,contract/acme\n2h,apply,applied.yaml\n", GANGS);

        assertThat(events(Event.PutContract.class)
                        .map(Event.PutContract::contract)
                        .filter(contract -> contract.name().equals("acme")))
                .extracting(Contract::admittedAt)
                .containsExactly(TwoNodes.START, TwoNodes.START.plusSeconds(7200));
    }

    /** An API server takes no status from kubectl, and leaves what a manifest does not name. */
    @ParameterizedTest
    @CsvSource({"fail,recover", "cordon,uncordon"})
    void aNodeThatFailedOrIsCordonedStaysSo(String begin, String end) throws IOException {
        Files.writeString(directory.resolve("applied.yaml"), site.replace("labels: {", "labels: {zone: z1, "));

        Result result = nodes.runWith(
                HEADER,
                "10m,%s,gpu-0\n20m,apply,applied.yaml\n40m,%s,gpu-0\n".formatted(begin, end),
                "0,a,acme,8,1h,,0");

        assertThat(events(Event.PutNode.class)).hasSize(6);
        assertThat(result.pools().get(0).usable()).isEqualTo(16 * result.end() - 8 * 30 * TwoNodes.MINUTE);
    }

    @Test
    void aNodeThatWasDeletedComesBackWell() throws IOException {
        Files.writeString(directory.resolve("applied.yaml"), site);

        Result result = nodes.runWith(
                HEADER,
                "10m,fail,gpu-1\n10m,cordon,gpu-1\n20m,delete,node/gpu-1\n30m,apply,applied.yaml\n",
                "0,a,acme,8,1h,,0");

        assertThat(result.pools().get(0).usable()).isEqualTo(16 * result.end() - 8 * 20 * TwoNodes.MINUTE);
    }
}
