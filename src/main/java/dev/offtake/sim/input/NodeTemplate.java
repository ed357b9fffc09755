package dev.offtake.sim.input;

import dev.offtake.fleet.NodeFacts;
import dev.offtake.translate.Nodes;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Node manifest as one node, or, with the annotation {@link #REPEAT}, as so many: {@code {n}} in its name and labels is
 * the number of the node from 0, {@code {n/18}} that number divided by 18, as for racks of 18.
 */
final class NodeTemplate {
    /** How many nodes the manifest stands for. */
    static final String REPEAT = "sim.offtake.dev/repeat";

    private static final int MOST = 1_000_000;
    private static final Pattern NUMBER = Pattern.compile("\\{([^}]*)}");
    private static final Pattern DIVISION = Pattern.compile("n(?:/([1-9][0-9]{0,6}))?");

    private NodeTemplate() {}

    /** @param problem makes an exception of what is wrong */
    static List<NodeFacts> expand(Node node, Function<String, InputException> problem) {
        complete(node, problem);
        ObjectMeta meta = node.getMetadata();
        Map<String, String> annotations = meta.getAnnotations() == null ? Map.of() : meta.getAnnotations();
        Optional<String> repeat = Optional.ofNullable(annotations.get(REPEAT));
        if (repeat.isEmpty()) {
            return List.of(checked(Nodes.facts(node), problem));
        }
        int count = count(repeat.get(), problem);
        if (!meta.getName().contains("{n}")) {
            throw problem.apply("metadata.name: \"" + meta.getName() + "\" would name " + count
                    + " nodes; put {n} into it for the number of the node");
        }
        NodeFacts one = Nodes.facts(node);
        List<NodeFacts> nodes = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            Map<String, String> labels = new HashMap<>();
            for (Map.Entry<String, String> label : one.labels().entrySet()) {
                labels.put(label.getKey(), numbered(label.getValue(), n, count, problem));
            }
            nodes.add(new NodeFacts(
                    numbered(meta.getName(), n, count, problem),
                    one.uid(),
                    labels,
                    one.taints(),
                    one.ready(),
                    one.unschedulable(),
                    one.conditions(),
                    one.allocatable()));
        }
        // Their numbers have the same digits, so that one stands for all.
        checked(nodes.get(0), problem);
        return nodes;
    }

    /** The API server takes no others. */
    private static NodeFacts checked(NodeFacts node, Function<String, InputException> problem) {
        if (!Names.isSubdomain(node.name())) {
            throw problem.apply(
                    "metadata.name: \"" + node.name() + "\" is no name; use lower-case letters, digits, - and .");
        }
        node.labels().forEach((key, value) -> {
            if (!Names.isLabelKey(key)) {
                throw problem.apply("metadata.labels: \"" + key
                        + "\" is no key of a label; use letters, digits, -, _ and ., with or without a domain and /");
            }
            if (!Names.isLabelValue(value)) {
                throw problem.apply("metadata.labels[" + key + "]: \"" + value
                        + "\" is no value of a label; use at most 63 letters, digits, -, _ and .");
            }
        });
        return node;
    }

    private static int count(String text, Function<String, InputException> problem) {
        if (text.matches("[0-9]{1,7}")) {
            int count = Integer.parseInt(text);
            if (count >= 1 && count <= MOST) {
                return count;
            }
        }
        throw problem.apply("metadata.annotations[" + REPEAT + "]: \"" + text
                + "\" is no number of nodes; use a whole number from 1 to " + MOST);
    }

    private static String numbered(String text, int n, int count, Function<String, InputException> problem) {
        if (text.indexOf('{') < 0) {
            return text;
        }
        Matcher number = NUMBER.matcher(text);
        StringBuilder numbered = new StringBuilder();
        while (number.find()) {
            Matcher division = DIVISION.matcher(number.group(1));
            if (!division.matches()) {
                throw problem.apply("\"" + text + "\" has {" + number.group(1)
                        + "}, which is no number; use {n}, or {n/18} for the number divided by 18");
            }
            int divisor = division.group(1) == null ? 1 : Integer.parseInt(division.group(1));
            int digits = String.valueOf((count - 1) / divisor).length();
            String value = String.valueOf(n / divisor);
            number.appendReplacement(numbered, "0".repeat(digits - value.length()) + value);
        }
        return number.appendTail(numbered).toString();
    }

    /** What a kubelet would report and a manifest written by hand leaves out: it is ready, and holds 110 pods. */
    private static void complete(Node node, Function<String, InputException> problem) {
        NodeStatus status = node.getStatus() == null ? new NodeStatus() : node.getStatus();
        if (status.getAllocatable() == null || status.getAllocatable().isEmpty()) {
            throw problem.apply("status.allocatable: is missing; say what the node has, e.g. {nvidia.com/gpu: \"8\"}");
        }
        Map<String, Quantity> allocatable = new HashMap<>(status.getAllocatable());
        allocatable.forEach((resource, amount) -> {
            if (!Amounts.isAmount(resource, amount)) {
                throw problem.apply("status.allocatable[" + resource + "]: \"" + amount
                        + "\" is no amount of it; use a whole number, e.g. 8, or for cpu and memory e.g. 96 or 1800Gi");
            }
        });
        allocatable.putIfAbsent("pods", new Quantity("110"));
        status.setAllocatable(allocatable);
        List<NodeCondition> conditions =
                new ArrayList<>(status.getConditions() == null ? List.<NodeCondition>of() : status.getConditions());
        if (conditions.stream().noneMatch(c -> "Ready".equals(c.getType()))) {
            NodeCondition ready = new NodeCondition();
            ready.setType("Ready");
            ready.setStatus("True");
            conditions.add(ready);
        }
        status.setConditions(conditions);
        node.setStatus(status);
    }
}
