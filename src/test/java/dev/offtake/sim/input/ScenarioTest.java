package dev.offtake.sim.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.offtake.contract.Contract;
import dev.offtake.fleet.NodeFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioTest {
    private static final String POOL = """
            apiVersion: offtake.dev/v1alpha1
            kind: GPUPool
            metadata: {name: h100}
            spec:
              gpuClass: h100-sxm
              topology: [{name: rack, keys: [rack], nodes: 4}]
            """;
    private static final String NODES = """
            apiVersion: v1
            kind: Node
            metadata:
              name: gpu-{n}
              annotations: {sim.offtake.dev/repeat: "12"}
              labels:
                nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3
                rack: r{n/4}
            status: {allocatable: {nvidia.com/gpu: "8"}}
            """;
    private static final String CONTRACT = """
            apiVersion: offtake.dev/v1alpha1
            kind: TenantContract
            metadata: {name: acme}
            spec:
              tenant: acme
              term: {start: "2026-01-01T00:00:00Z", end: "2027-01-01T00:00:00Z"}
              commitments:
              - {name: base, gpuClass: h100-sxm, unit: rack, tranches: [{name: all, quantity: 1, due: "2026-01-01T00:00:00Z"}]}
            """;

    @TempDir
    private Path directory;

    @BeforeEach
    void aSmallSite() {
        write("pool.yaml", POOL);
        write("nodes.yaml", NODES);
        write("contract.yaml", CONTRACT);
        write("trace.csv", "submit,gang,tenant,gpus,duration,required\n0,a,acme,8,60,rack\n");
    }

    private void write(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Scenario read() {
        return read(Optional.empty());
    }

    private Scenario read(Optional<Instant> start) {
        boolean changes = Files.exists(directory.resolve("changes.csv"));
        return Scenario.read(new Scenario.Files(
                Optional.of(directory),
                directory.resolve("trace.csv"),
                changes ? Optional.of(directory.resolve("changes.csv")) : Optional.empty(),
                start,
                Optional.empty()));
    }

    private void assertThatItIsRefused(String... parts) {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(this::read)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }

    @Test
    void anUnknownColumnOfChangesIsNoTypoThatGoesUnnoticed() throws IOException {
        write("changes.csv", "at,change,target,until\n1h,fail,gpu-00,2h\n");

        assertThatItIsRefused("changes.csv:1", "has the columns at,change,target,until; have at,change,target");
    }

    @Test
    void aRepeatedNodeIsNumbered() {
        List<NodeFacts> nodes = read().site().nodes();

        assertThat(nodes)
                .extracting(NodeFacts::name)
                .hasSize(12)
                .startsWith("gpu-00", "gpu-01")
                .endsWith("gpu-11");
        assertThat(nodes).extracting(n -> n.labels().get("rack")).startsWith("r0", "r0", "r0", "r0", "r1");
        assertThat(nodes).allMatch(NodeFacts::ready).allMatch(n -> n.allocatable("pods") == 110);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    gpu-{n}   | gpu-x       | metadata.name: "gpu-x" would name 12 nodes; put {n} into it
                    '"12"'    | '"many"'    | "many" is no number of nodes; use a whole number from 1 to 1000000
                    r{n/4}    | r{n/0}      | "r{n/0}" has {n/0}, which is no number; use {n}, or {n/18}
                    """)
    void aTemplateThatMakesNoSenseIsNamed(String from, String to, String message) {
        write("nodes.yaml", NODES.replace(from, to));

        assertThatItIsRefused("nodes.yaml:1: Node gpu-", message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    unit: rack  | unit: rak           | contract.yaml:1: TenantContract acme: spec.commitments[base].unit: "rak" is a level of no GPUPool
                    kind: TenantContract | kind: TenantContract\\nsepc: {} | sepc: is no field; use one of apiVersion, kind, metadata, spec, status
                    tenant:     | tenent:             | spec.tenent: is no field; use one of commitments, subTenants, tenant, term
                    quantity: 1 | quantity: 1.5       | spec.commitments[base].tranches[all].quantity: "1.5" is not of type integer
                    quantity: 1 | quantity: 0         | spec.commitments[base].tranches[all].quantity: "0" is below the limit 1
                    """)
    void aContractIsCheckedAsOnACluster(String from, String to, String message) {
        write("contract.yaml", CONTRACT.replace(from, to.replace("\\n", "\n")));

        assertThatItIsRefused(message);
    }

    @Test
    void aWholeNumberMayHaveAPointAsOnACluster() {
        write("contract.yaml", CONTRACT.replace("quantity: 1", "quantity: 3.0"));

        assertThat(read().site().contracts())
                .singleElement()
                .extracting(c -> c.commitments().get(0).tranches().get(0).quantity())
                .isEqualTo(3);
    }

    @Test
    void aPoolIsCheckedAsOnACluster() {
        write("pool.yaml", POOL.replace("h100-sxm", "h100-smx"));

        assertThatItIsRefused(
                "pool.yaml:1: GPUPool h100: spec.gpuClass: \"h100-smx\" is not a known class", "h100-sxm");
    }

    @Test
    void aGangIsCheckedAsAJobIsAndTheColumnIsNamed() {
        write("trace.csv", "submit,gang,tenant,gpus,duration,required\n0,a,acme,8,60,rak\n");

        assertThatItIsRefused("trace.csv:2: required: \"rak\" names a level that no GPUPool of the class has");
    }

    @Test
    void contractsAreAdmittedByCreationThenName() {
        write("another.yaml", CONTRACT.replace("name: acme", "name: aaa, creationTimestamp: \"2026-01-02T00:00:00Z\""));
        write("third.yaml", CONTRACT.replace("name: acme", "name: zzz"));

        assertThat(read().site().contracts()).extracting(Contract::name).containsExactly("acme", "zzz", "aaa");
    }

    @Test
    void whatHasNoUseIsNamed() {
        write("namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: acme}\n");
        write("trace.csv", "submit,gang,tenant,gpus,duration\n0,a,globex,8,60\n");

        assertThat(read().notes())
                .containsExactly(
                        "passed over in the manifests: Namespace",
                        "without a contract, so that nothing of theirs is placed: globex (line 2, gangs: 1)");
    }

    @Test
    void changesAreSortedAndALabelStandsForItsNodes() {
        write("changes.csv", "at,change,target\n2h,recover,gpu-00\n1h,fail,rack=r1\n");

        List<TimedChange> changes = read().changes();

        assertThat(changes).extracting(TimedChange::at).containsExactly(3_600_000L, 7_200_000L);
        assertThat(changes.get(0).change())
                .isEqualTo(
                        new Change.OfNodes(Change.OfNodes.What.FAIL, List.of("gpu-04", "gpu-05", "gpu-06", "gpu-07")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    1h,explode,gpu-00            | change: "explode" is no change; use fail, recover, cordon
                    1h,fail,gpu-99               | target: "gpu-99" is the name of no node; use one such as gpu-00
                    1h,fail,rack=r9              | target: "rack=r9" is a label that no node has
                    2025-01-01T00:00:00Z,fail,gpu-00 | at: "2025-01-01T00:00:00Z" is before the begin of the simulation
                    1h,delete,acme               | target: "acme" is neither contract/NAME of a contract that is there
                    1h,apply,nowhere.yaml        | changes.csv:2: target: "nowhere.yaml" cannot be applied:
                    1h,apply,nowhere.yaml        | nowhere.yaml: is not there; name a file
                    1h,apply,empty.txt           | changes.csv:2: target: "empty.txt" has no objects; name a file with manifests
                    1h,apply,list.txt            | changes.csv:2: target: "list.txt" has no objects; name a file with manifests
                    """)
    void aBadChangeIsNamedWithItsLineFieldAndFix(String row, String message) {
        write("changes.csv", "at,change,target\n" + row + "\n");
        write("empty.txt", "# nothing\n---\n");
        write("list.txt", "apiVersion: v1\nkind: List\nitems: []\n");

        assertThatItIsRefused(message);
    }

    @Test
    void poolsAndNodesThatAreOfNoUseToEachOtherAreNamed() {
        write("nodes.yaml", NODES.replace("NVIDIA-H100-80GB-HBM3", "NVIDIA-H100"));
        write("trace.csv", "submit,gang,tenant,gpus,duration\n0,a,acme,8,60\n");

        assertThat(read().notes())
                .hasSize(3)
                .satisfies(notes -> assertThat(notes.get(0)).isEqualTo("GPUPool h100 has no nodes"))
                .satisfies(notes -> assertThat(notes.get(1)).startsWith("nodes of no GPUPool: 12, the first is gpu-00"))
                .satisfies(notes -> assertThat(notes.get(2)).startsWith("oversold: contract acme"));
    }

    @Test
    void nodesThatTwoPoolsClaimAreNamed() {
        write("twin.yaml", POOL.replace("name: h100", "name: twin"));

        assertThat(read().notes())
                .contains("nodes that several GPUPools claim, so that they take no work: 12, the first is gpu-00");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "8" | "-8"  | nodes.yaml:1: Node gpu-{n}: status.allocatable[nvidia.com/gpu]: "-8" is no amount of it
                    "8" | "7.5" | nodes.yaml:1: Node gpu-{n}: status.allocatable[nvidia.com/gpu]: "7.5" is no amount of it
                    "8" | "abc" | nodes.yaml:1: Node gpu-{n}: status.allocatable[nvidia.com/gpu]: "abc" is no amount of it
                    """, quoteCharacter = '~')
    void whatANodeHasIsAWholeNumber(String from, String to, String message) {
        write("nodes.yaml", NODES.replace("nvidia.com/gpu: " + from, "nvidia.com/gpu: " + to));

        assertThatItIsRefused(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    name: acme}         | name: acme}\\nmetadata: {name: b} | contract.yaml:4: is no YAML: Duplicate field 'metadata'
                    apiVersion: offtake.dev/v1alpha1 | apiVersion: offtake.dev/v1 | apiVersion: "offtake.dev/v1" is unknown; write offtake.dev/v1alpha1
                    apiVersion: offtake.dev/v1alpha1 | status: {}                 | apiVersion: "" is unknown; write offtake.dev/v1alpha1
                    name: acme}         | name: My Contract}   | metadata.name: "My Contract" is no name; use lower-case letters
                    tenant: acme        | tenant: acme\\n  subTenants: [{name: a}, {name: a}] | spec.subTenants[1]: there is an earlier entry with name a; rename one
                    """, quoteCharacter = '~')
    void aSlipThatKubectlWouldRefuseIsRefused(String from, String to, String message) {
        write("contract.yaml", CONTRACT.replace(from, to.replace("\\n", "\n")));

        assertThatItIsRefused(message);
    }

    @Test
    void aKindOfOursInAnotherGroupIsNamedWithIt() {
        write("other.yaml", "apiVersion: offtak.dev/v1alpha1\nkind: GPUPool\nmetadata: {name: other}\n");

        assertThat(read().notes()).containsExactly("passed over in the manifests: GPUPool of offtak.dev/v1alpha1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    offtake.dev/v1alpha1 | gpupool         | kind: "gpupool" is no kind of offtake.dev/v1alpha1; write GPUPool, GPUWorkload, TenantContract
                    offtake.dev/v1beta1  | TenantContracts | kind: "TenantContracts" is no kind of offtake.dev/v1beta1; write GPUPool
                    v1                   | node            | kind: "node" is no kind of v1; write Node
                    """)
    void aKindThatThereIsNotIsRefused(String apiVersion, String kind, String message) {
        write("other.yaml", "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: other}\n");

        assertThatItIsRefused("other.yaml:1: " + kind + " other: " + message);
    }

    @Test
    void aKindOfOursThatASimulationDoesNotNeedIsPassedOver() {
        write("other.yaml", "apiVersion: offtake.dev/v1alpha1\nkind: GPUWorkload\nmetadata: {name: other}\n");

        assertThat(read().notes()).containsExactly("passed over in the manifests: GPUWorkload");
    }

    @Test
    void documentsWithoutAnythingArePassedOver() {
        write("empty.yaml", "---\n---\n# nothing\n---\n");
        write("nothing.yaml", "");

        assertThat(read().notes()).isEmpty();
    }

    @Test
    void manifestsWithoutAnythingAreRefusedAsByKubectl() {
        for (String name : List.of("pool.yaml", "nodes.yaml", "contract.yaml")) {
            write(name, "# nothing\n---\n");
        }

        assertThatItIsRefused(directory + ": has no objects; write GPUPools, TenantContracts and Nodes into it");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    - {apiVersion: v1, kind: Node}         | list.yaml:1: is no object; write apiVersion, kind, metadata and spec
                    just text                              | list.yaml:1: is no object; write apiVersion
                    {kind: List, items: [null]}            | list.yaml:1: items[0] is no object; write apiVersion
                    {kind: List, items: [{kind: A}, text]} | list.yaml:1: items[1] is no object; write apiVersion
                    {kind: List, items: [{}]}              | list.yaml:1: items[0] kind: is missing; write GPUPool
                    {kind: List, items: [{kind: List, items: [3]}]} | list.yaml:1: items[0] items[0] is no object
                    """)
    void whatIsNoObjectIsRefused(String text, String message) {
        write("list.yaml", text + "\n");

        assertThatItIsRefused(message);
    }

    /** As kubectl does without {@code --recursive}. */
    @Test
    void aDirectoryThatIsCalledLikeAFileIsPassedOver() throws IOException {
        Path more = Files.createDirectory(directory.resolve("more.yaml"));
        Files.writeString(more.resolve("twin.yaml"), POOL.replace("name: h100", "name: twin"));
        write("notes.txt", "no manifest");

        assertThat(read().site().pools()).hasSize(1);
    }

    /** Kubectl ends there as well: it may be a manifest that is meant and was moved. */
    @Test
    void aLinkToWhatIsNotThereIsSaidToBeOne() throws IOException {
        Files.createSymbolicLink(directory.resolve(".#pool.yaml"), Path.of("me@desk.4711:1"));

        assertThatItIsRefused(".#pool.yaml: is a link to what is not there, such as the lock of an editor; remove it");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    9999999  | gpus: "9999999", split into 3333333 pods, is above the largest gang, 131072 pods; split the work
                    200000x1 | gpus: "200000x1" is above the largest gang, 131072 pods; split the work
                    10000001 | gpus: "10000001" is more than 10000000 GPUs; split the work
                    3000000x4 | gpus: "3000000x4" is more than 10000000 GPUs; split the work
                    1x99999999999999999999 | gpus: "1x99999999999999999999" is more than 10000000 GPUs; split the work
                    00000000000000000000 | gpus: "00000000000000000000" is no number of GPUs; write
                    """)
    void aGangOfTooManyPodsIsToldAsItIsWritten(String gpus, String message) {
        write("trace.csv", "submit,gang,tenant,gpus,duration\n0,a,acme," + gpus + ",60\n");

        assertThatItIsRefused("trace.csv:2: " + message);
    }

    @ParameterizedTest
    @CsvSource({"2026-02-31 00:00:00,60,submit", "0,999999999999,duration"})
    void noTimeIsTakenForAnother(String submit, String duration, String column) {
        write("trace.csv", "submit,gang,tenant,gpus,duration\n" + submit + ",a,acme,8," + duration + "\n");

        assertThatItIsRefused("trace.csv:2: " + column + ": ", "is no length of time");
    }

    @Test
    void startMovesTheInstantsOfChangesWithThoseOfTheTrace() {
        write("trace.csv", "submit,gang,tenant,gpus,duration\n2017-10-09 07:00:00,a,acme,8,60\n");
        write("changes.csv", "at,change,target\n2017-10-09T08:00:00Z,fail,gpu-00\n2h,recover,gpu-00\n");

        Scenario moved = read(Optional.of(Instant.parse("2026-02-01T00:00:00Z")));

        assertThat(moved.trace().submissions()).extracting(Submission::submit).containsExactly(0L);
        assertThat(moved.changes()).extracting(TimedChange::at).containsExactly(3_600_000L, 7_200_000L);
        assertThat(moved.notes())
                .contains(
                        "--start moves the trace, and the instants of the changes with it, from 2017-10-09T07:00:00Z to"
                                + " 2026-02-01T00:00:00Z; the terms of contracts stay");
        assertThat(read().changes()).extracting(TimedChange::at).containsExactly(3_600_000L, 7_200_000L);
    }

    @Test
    void instantsBeforeATraceThatIsMovedAreRefusedAsTheyAreWithoutMoving() {
        write("trace.csv", "submit,gang,tenant,gpus,duration\n2017-10-09 07:00:00,a,acme,8,60\n");
        write("changes.csv", "at,change,target\n2017-10-09T06:00:00Z,fail,gpu-00\n");

        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read(Optional.of(Instant.parse("2026-02-01T00:00:00Z"))))
                .withMessageContaining(
                        "is before the begin of the trace, with which --start moves it, 2017-10-09T07:00:00Z");
    }

    @Test
    void instantsOfChangesStayWhereTheTraceHasNone() {
        write("changes.csv", "at,change,target\n2026-02-01T01:00:00Z,fail,gpu-00\n");

        assertThat(read(Optional.of(Instant.parse("2026-02-01T00:00:00Z"))).changes())
                .extracting(TimedChange::at)
                .containsExactly(3_600_000L);
    }

    @Test
    void nodesWithMoreOrLessThanAWholeOneAreNamed() {
        write("nodes.yaml", NODES.replace("gpu: \"8\"", "gpu: \"16\""));
        write("less.yaml", NODES.replace("gpu-{n}", "less-{n}").replace("gpu: \"8\"", "gpu: \"4\""));

        assertThat(read().notes())
                .contains(
                        "nodes that are not whole: 12, the first is less-00, 4 of 8 nvidia.com/gpu allocatable",
                        "nodes with more than their GPUPool sells: 12, the first is gpu-00, 16 nvidia.com/gpu"
                                + " allocatable, of which 8 count: a whole node of pool h100 has 8; set"
                                + " spec.nodes.gpusPerNode, or give such nodes a pool of their own");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    labels:        | lables:          | Node gpu-{n}: metadata.lables: is no field; use one of annotations, creationTimestamp
                    rack: r{n/4}   | rack: 7          | metadata.labels[rack]: "7" is not of type string; put it in quotes
                    rack: r{n/4}   | rack: null       | metadata.labels[rack]: is null; remove it or give it a value
                    rack: r{n/4}   | rack: true       | metadata.labels[rack]: "true" is not of type string; put it in quotes
                    rack: r{n/4}   | rack: rack {n/4} | metadata.labels[rack]: "rack 0" is no value of a label
                    rack: r{n/4}   | a/b/c: x         | metadata.labels: "a/b/c" is no key of a label
                    name: gpu-{n}  | name: GPU-{n}    | metadata.name: "GPU-00" is no name; use lower-case letters
                    kind: Node     | kind: Node\\nspeck: {} | speck: is no field; use one of apiVersion, kind, metadata, spec, status
                    status: {      | spec: {taints: {}}\\nstatus: { | spec.taints: "{}" is not of type array
                    status: {      | spec: {unschedulable: "no"}\\nstatus: { | spec.unschedulable: "no" is not of type boolean
                    """)
    void aNodeThatKubectlWouldRefuseIsRefused(String from, String to, String message) {
        write("nodes.yaml", NODES.replace(from, to.replace("\\n", "\n")));

        assertThatItIsRefused("nodes.yaml:1: Node ", message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    apiVersion: v1 | apiVersion: v2 | apiVersion: "v2" is unknown; write v1
                    apiVersion: v1 | # no version   | apiVersion: "" is unknown; write v1
                    """)
    void aNodeOfNoVersionThatThereIsIsRefused(String from, String to, String message) {
        write("other.yaml", NODES.replace(from, to).replace("gpu-{n}", "other-{n}"));

        assertThatItIsRefused("other.yaml:", ": Node other-{n}: " + message);
    }

    @Test
    void aNodeOfAnotherGroupIsNoneOfKubernetesAndIsNamed() {
        write("rancher.yaml", NODES.replace("apiVersion: v1", "apiVersion: management.cattle.io/v3"));

        assertThat(read().site().nodes()).hasSize(12);
        assertThat(read().notes()).containsExactly("passed over in the manifests: Node of management.cattle.io/v3");
    }

    @Test
    void fieldsOfNodesThatAreNotKnownMayBeThoseOfALaterKubernetes() {
        write("nodes.yaml", NODES.replace("status: {", "status: {declaredFeature: [x], "));

        assertThat(read().notes()).containsExactly("passed over in the manifests: Node.status.declaredFeature");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    name: acme}  | name: acme, label: {a: b}}  | metadata.label: is no field; use one of annotations
                    name: acme}  | name: acme, labels: {a: 1}} | metadata.labels[a]: "1" is not of type string
                    """)
    void theMetadataOfContractsIsCheckedAsWell(String from, String to, String message) {
        write("contract.yaml", CONTRACT.replace(from, to));

        assertThatItIsRefused("contract.yaml:1: TenantContract acme: ", message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    contract   | acme-2027 | contract: "acme-2027" is no contract of tenant acme, so that nothing is placed; use one of acme; gangs: 2
                    sub_tenant | vision    | sub_tenant: "vision" is listed in no contract of the tenant, and counts among the others; list it in spec.subTenants; gangs: 2
                    class      | h200-sxm  | class: "h200-sxm" is the class of no GPUPool; use one of h100-sxm; gangs: 2
                    """)
    void aNameThatNothingHasIsNamedWithItsLine(String column, String value, String message) {
        write(
                "trace.csv",
                "submit,gang,tenant,gpus,duration," + column + "\n0,a,acme,8,60,\n0,b,acme,8,60," + value
                        + "\n0,c,acme,8,60," + value + "\n");

        assertThat(read().notes()).containsExactly(directory.resolve("trace.csv") + ":3: " + message);
    }

    /** As those of ten years ago, where {@code --start} was forgotten. */
    @Test
    void contractsThatBeginAfterGangsComeAreNamed() {
        write(
                "trace.csv",
                "submit,gang,tenant,gpus,duration\n2017-10-09 07:00:00,a,acme,8,60\n2026-01-01 00:00:00,b,acme,8,60\n");

        assertThat(read().notes())
                .containsExactly("with contracts whose terms begin later than they come, so that they wait until then:"
                        + " acme (line 2, gangs: 1)");
    }

    @Test
    void contractsThatAreOverWhenGangsComeAreNamed() {
        assertThat(read(Optional.of(Instant.parse("2028-01-01T00:00:00Z"))).notes())
                .containsExactly("with contracts whose terms are over when they come, so that they wait for ever: acme"
                        + " (line 2, gangs: 1)");
    }

    @Test
    void whatIsNoTextIsSaidToBeNone() throws IOException {
        Files.write(directory.resolve("binary.yaml"), new byte[] {0x1f, (byte) 0x8b, 8, 0, (byte) 0xff});

        assertThatItIsRefused("binary.yaml: is no UTF-8 text; name a file with manifests");
    }

    @Test
    void aListOfAllNodesOfALargeClusterIsNotTooLong() {
        String node =
                "- {apiVersion: v1, kind: Node, metadata: {name: n%d, labels: {filler: %s}}, status: {allocatable:"
                        + " {nvidia.com/gpu: 8}}}%n";
        StringBuilder list = new StringBuilder("apiVersion: v1\nkind: List\nmetadata: {resourceVersion: ''}\nitems:\n");
        for (int i = 0; list.length() < 3_300_000; i++) {
            list.append(node.formatted(i, "x".repeat(63)))
                    .append("#")
                    .append("-".repeat(2000))
                    .append('\n');
        }
        write("list.yaml", list.toString());

        assertThat(read().site().nodes()).hasSizeGreaterThan(1000);
    }

    @Test
    void anchorsAndAliasesOfManifestsAreFollowed() {
        write("nodes.yaml", """
                apiVersion: v1
                kind: List
                items:
                - apiVersion: v1
                  kind: Node
                  metadata: {name: gpu-00, labels: &labels {nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3, rack: &rack r0}}
                  status: &status {allocatable: {nvidia.com/gpu: "8"}}
                - apiVersion: v1
                  kind: Node
                  metadata: {name: gpu-01, labels: {<<: *labels, zone: *rack}}
                  status: *status
                """);

        assertThat(read().site().nodes())
                .extracting(n -> n.labels().get("rack") + n.labels().get("zone") + n.allocatable("nvidia.com/gpu"))
                .containsExactly("r0null8", "r0r08");
    }
}
