package dev.offtake.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offtake.testbed.OnControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real API server makes of the definitions, of good objects and of bad ones. */
@OnControlPlane(apiServerOnly = true)
class CrdIT {
    static final List<Class<? extends CustomResource<?, ?>>> KINDS = Crds.KINDS;
    static final List<String> GOOD = List.of(
            Manifests.SMALLEST_POOL,
            Manifests.WHOLE_POOL,
            Manifests.SMALLEST_CONTRACT,
            Manifests.WHOLE_CONTRACT,
            Manifests.WORKLOAD);

    private static SchemaServer server;
    private static KubernetesClient client;

    static Stream<BadInput> badInputs() {
        return Stream.of(BadInputs.POOLS, BadInputs.CONTRACTS, BadInputs.WORKLOADS)
                .flatMap(List::stream);
    }

    @BeforeAll
    static void findServer() {
        server = SchemaServer.shared();
        client = server.client();
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void theSchemaOfEachDefinitionIsAcceptedWhole(Class<? extends CustomResource<?, ?>> kind) {
        var conditions = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(CustomResource.getCRDName(kind))
                .get()
                .getStatus()
                .getConditions();
        assertThat(conditions)
                .extracting(c -> c.getType() + "=" + c.getStatus())
                .contains("NamesAccepted=True", "Established=True")
                .doesNotContain("NonStructuralSchema=True");
    }

    @Test
    void theDefinitionsCanBeAppliedAgain() throws Exception {
        String files = CrdFilesTest.DIRECTORY.toString();
        SchemaServer.Answer answer = server.kubectl("", "apply", "--server-side", "-f", files);
        assertThat(answer.exitCode()).as(answer.text()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gpupool                              | The nodes of one GPU class at one site
            gpupool.spec.topology                | outermost first
            gpupool.spec.topology.keys           | Node-label keys
            gpool.spec.nodes.gpusPerNode         | GPUs of a whole node
            gpupool.status.levels.whole          | free as a whole
            tenantcontract                       | Once admitted
            contract.spec.commitments.unit       | The shape that is guaranteed
            contracts.spec.commitments.tranches  | The parts in which the quantity arrives
            contract.status.conditions           | Feasible
            gpuworkload                          | placed together or not at all
            gpuwl.spec.podSets.slice             | stay together
            gpuwl.status.waiting                 | Why the gang waits
            """)
    void explainTellsWhatAFieldIs(String path, String text) throws Exception {
        SchemaServer.Answer answer = server.kubectl("", "explain", path);
        assertThat(answer.text().replaceAll("\\s+", " ")).contains(text);
        assertThat(answer.exitCode()).isZero();
    }

    @ParameterizedTest
    @FieldSource("GOOD")
    void theExamplesOfTheReferenceAreAccepted(String manifest) {
        GenericKubernetesResource resource = BadInput.edited(manifest, List.of());
        assertThatCode(() -> client.resource(resource).dryRun(true).create()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("badInputs")
    void badInputIsRefusedWithItsMessage(BadInput input) {
        GenericKubernetesResource resource = input.resource();
        assertThatThrownBy(() -> client.resource(resource).dryRun(true).create())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(input.message());
    }

    @Test
    void aMisspeltFieldIsRefused() throws Exception {
        String misspelt = Manifests.SMALLEST_CONTRACT.replace("unit:", "units:");
        SchemaServer.Answer answer = server.kubectl(misspelt, "apply", "--dry-run=server", "-f", "-");
        assertThat(answer.exitCode()).isNotZero();
        assertThat(answer.text()).contains("unknown field \"spec.commitments[0].units\"");
    }

    @ParameterizedTest
    @CsvSource({
        "gpool,CLASS SITE SELLABLE COMMITTED USED FREE READY",
        "contract,TENANT LIFECYCLE FEASIBLE COMMITTED ENTITLED USED MET NEXT END",
        "gpuwl,TIER PHASE GPUS REASON CONTRACT AGE"
    })
    void getShowsTheColumns(String kind, String columns) throws Exception {
        String manifest = switch (kind) {
            case "gpool" -> Manifests.SMALLEST_POOL;
            case "contract" -> Manifests.SMALLEST_CONTRACT;
            default -> Manifests.WORKLOAD;
        };
        String named = manifest.replaceFirst("name: [a-z0-9-]+", "name: columns");
        assertThat(server.kubectl(named, "apply", "-f", "-").exitCode()).isZero();
        SchemaServer.Answer answer = server.kubectl("", "get", kind, "columns");
        assertThat(answer.text().lines().findFirst().orElseThrow().trim().split("\\s+"))
                .containsExactly(("NAME " + columns).split(" "));
        assertThat(server.kubectl("", "get", "offtake").text()).contains("/columns ");
        assertThat(server.kubectl("", "delete", kind, "columns").exitCode()).isZero();
    }
}
