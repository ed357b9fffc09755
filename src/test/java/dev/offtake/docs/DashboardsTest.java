package dev.offtake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.offtake.operator.metrics.Catalog;
import dev.offtake.operator.metrics.Metric;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What can be said of the dashboards without a Prometheus; PrometheusIT asks a real one each of their queries. */
class DashboardsTest {
    private static final Pattern METRIC = Pattern.compile("\\bofftake_\\w+");

    @Test
    void thereAreTwo() {
        assertThat(Dashboards.all()).containsOnlyKeys("contracts.json", "operator.json");
    }

    @Test
    void theirPanelsHaveATitleADescriptionADataSourceToChooseAndTheirOwnPlace() {
        assertThat(Dashboards.all()).allSatisfy((file, dashboard) -> {
            Set<Integer> ids = new HashSet<>();
            List<int[]> taken = new ArrayList<>();
            for (JsonNode panel : dashboard.path("panels")) {
                assertThat(ids.add(panel.path("id").asInt())).isTrue();
                assertThat(panel.path("title").asText()).isNotBlank();
                place(panel.path("gridPos"), taken);
                if (!panel.path("type").asText().equals("row")) {
                    assertThat(panel.path("description").asText()).isNotBlank();
                    assertThat(panel.path("targets")).isNotEmpty();
                    assertThat(panel.path("targets"))
                            .allSatisfy(target -> assertThat(target.path("datasource")
                                            .path("uid")
                                            .asText())
                                    .isEqualTo("${datasource}"));
                }
            }
        });
    }

    private static void place(JsonNode grid, List<int[]> taken) {
        int x = grid.path("x").asInt();
        int y = grid.path("y").asInt();
        int right = x + grid.path("w").asInt();
        int bottom = y + grid.path("h").asInt();
        assertThat(right).isLessThanOrEqualTo(24);
        assertThat(taken).noneMatch(o -> x < o[2] && o[0] < right && y < o[3] && o[1] < bottom);
        taken.add(new int[] {x, y, right, bottom});
    }

    @Test
    void theirQueriesUseOnlyMetricsThatThereAre() {
        Set<String> known = Catalog.all().stream()
                .flatMap(metric -> metric.type() == Metric.Type.HISTOGRAM
                        ? List.of(metric.name() + "_bucket", metric.name() + "_sum", metric.name() + "_count").stream()
                        : List.of(metric.name()).stream())
                .collect(Collectors.toSet());

        assertThat(Dashboards.queries()).hasSizeGreaterThan(40).allSatisfy(query -> {
            List<String> used = METRIC.matcher(query.promql())
                    .results()
                    .map(MatchResult::group)
                    .toList();
            assertThat(used).as(query.panel()).isNotEmpty().allMatch(known::contains);
            assertThat(query.promql()).as("every variable is replaced").doesNotContain("$");
        });
    }

    @Test
    void theyShowEveryMetricThatIsMeantToBeLookedAt() {
        String queries = Dashboards.queries().toString();
        Set<String> elsewhere = Set.of(
                Catalog.CONTRACT_TIME_TO_PLACE.name(),
                Catalog.POOL_GPUS.name(),
                Catalog.POLICIES_UNSERVED.name(),
                // Only while somebody adopts, see docs/adopting.md.
                Catalog.FORECASTS.name());

        assertThat(Catalog.all())
                .filteredOn(metric -> !elsewhere.contains(metric.name()))
                .allSatisfy(metric -> assertThat(queries).contains(metric.name()));
    }
}
