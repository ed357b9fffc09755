package dev.offtake.operator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.operator.check.Finding.Outcome;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.VersionInfo;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.text.ParseException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An API server that knows only what it is told here, and answers 404 else. */
@EnableKubernetesMockClient
class ClusterCheckTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.500Z");

    @SuppressWarnings("unused") // set by the extension
    private KubernetesClient client;

    @SuppressWarnings("unused") // set by the extension
    private KubernetesMockServer server;

    @ParameterizedTest
    @CsvSource({"1,30,OK", "1,33+,OK", "1,29,FAIL", "2,0,OK"})
    void theVersionMustHaveValidatingPolicies(String major, String minor, Outcome expected) throws ParseException {
        VersionInfo version =
                new VersionInfo.Builder().withMajor(major).withMinor(minor).build();

        assertThat(ServedApis.version(version).outcome()).isEqualTo(expected);
    }

    @Test
    void kindsThatAreNotServedAreNamed() {
        server.expect()
                .get()
                .withPath("/apis/offtake.dev/v1alpha1")
                .andReturn(200, "{\"kind\":\"APIResourceList\",\"resources\":[{\"name\":\"gpupools\"}]}")
                .always();

        Finding kinds = ServedApis.kinds(client);

        assertThat(kinds.outcome()).isEqualTo(Outcome.FAIL);
        assertThat(kinds.detail())
                .contains("tenantcontracts (offtake.dev/v1alpha1)", "leases (coordination.k8s.io/v1)")
                .doesNotContain("gpupools");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T12:00:00Z, OK, within 5 s",
        "2026-03-01T11:59:55Z, OK, within 5 s",
        "2026-03-01T12:00:05Z, OK, within 5 s",
        "2026-03-01T11:58:59Z, FAIL, 60 s ahead of",
        "2026-03-01T12:01:01Z, FAIL, 60 s behind"
    })
    void clocksThatDifferByMoreThanTheHeaderCanBeOffAreWrong(Instant there, Outcome outcome, String words) {
        Finding finding = ClockSkew.judge(NOW, there, NOW);

        assertThat(finding.outcome()).isEqualTo(outcome);
        assertThat(finding.detail()).contains(words);
    }

    @Test
    void everyRightOfTheRoleIsAskedForAndTheMissingAreNamed() throws InterruptedException {
        server.expect()
                .post()
                .withPath("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
                .andReturn(201, "{\"status\":{\"allowed\":false}}")
                .always();

        Finding rights = Rights.shipped(client, "here").look();

        assertThat(rights.outcome()).isEqualTo(Outcome.FAIL);
        List<String> missing = List.of(rights.detail()
                .substring("not granted: ".length())
                .split("; ")[0]
                .split(", "));
        assertThat(missing)
                .contains(
                        "delete pods",
                        "release placements.offtake.dev",
                        "watch configmaps offtake-resources in here",
                        "patch gpuworkloads/status.offtake.dev")
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(40);
        assertThat(server.getRequestCount()).isEqualTo(missing.size());
    }
}
