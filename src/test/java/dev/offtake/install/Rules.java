package dev.offtake.install;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The alerts as the chart makes them of values. */
public final class Rules {
    private Rules() {}

    /**
     * What stands under {@code spec} of the PrometheusRule, which is what a rule file of Prometheus has.
     *
     * @param home empty folder for Helm
     * @param values as for {@code --set}
     */
    public static Map<String, Object> of(Path home, String... values) {
        List<String> arguments = new ArrayList<>(List.of("--show-only", "templates/prometheus-rule.yaml", "--set"));
        arguments.add(String.join(",", withRule(values)));
        String manifest = Helm.of(home, home.resolve("none"))
                .template("offtake-system", arguments.toArray(String[]::new))
                .orFail();
        return map(map(Serialization.unmarshal(manifest, Map.class)).get("spec"));
    }

    private static List<String> withRule(String... values) {
        List<String> all = new ArrayList<>(List.of("alerts.prometheusRule.create=true"));
        all.addAll(List.of(values));
        return all;
    }

    /** All alerts of a rule file, by name. */
    public static Map<String, Map<String, Object>> alerts(Map<String, Object> file) {
        Map<String, Map<String, Object>> alerts = new LinkedHashMap<>();
        for (Object group : (List<?>) file.getOrDefault("groups", List.of())) {
            for (Object rule : (List<?>) map(group).getOrDefault("rules", List.of())) {
                alerts.put(String.valueOf(map(rule).get("alert")), map(rule));
            }
        }
        return alerts;
    }

    @SuppressWarnings("unchecked") // keys of YAML maps are strings here
    static Map<String, Object> map(Object yaml) {
        return (Map<String, Object>) yaml;
    }
}
