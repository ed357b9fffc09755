package dev.offtake.api;

import static dev.offtake.api.BadInput.contract;
import static dev.offtake.api.BadInput.pool;
import static dev.offtake.api.BadInput.workload;

import java.util.List;

/** Every rule of the schema, each by an input that breaks it. */
final class BadInputs {
    private static final String TRANCHES = "spec/commitments/0/tranches";
    private static final String TRANCHE = TRANCHES + "/0/";

    static final List<BadInput> POOLS = List.of(
            pool("a pool without a class", "spec/gpuClass", "").says("spec.gpuClass: Required value"),
            pool("a class in capitals", "spec/gpuClass", "GB300")
                    .says("spec.gpuClass: Invalid value: \"GB300\": spec.gpuClass in body should match"),
            pool("a site with a blank", "spec/location/site", "new york")
                    .says("spec.location.site: Invalid value: \"new york\""),
            pool("a node without GPUs", "spec/nodes", "{gpusPerNode: 0}")
                    .says("spec.nodes.gpusPerNode: Invalid value: 0: spec.nodes.gpusPerNode in body should be greater"
                            + " than or equal to 1"),
            pool("a product key without values", "spec/nodes", "{product: [{key: nvidia.com/gpu.product, values: []}]}")
                    .says("spec.nodes.product[0].values: Invalid value: 0: spec.nodes.product[0].values in body should"
                            + " have at least 1 items"),
            pool("a product without keys", "spec/nodes", "{product: []}")
                    .says("spec.nodes.product in body should have at least 1 items"),
            pool("an empty product value", "spec/nodes", "{product: [{key: nvidia.com/gpu.product, values: ['']}]}")
                    .says("spec.nodes.product[0].values[0] in body should be at least 1 chars long"),
            pool(
                            "a product key named twice",
                            "spec/nodes",
                            "{product: [{key: a, values: [x]}, {key: b, values: [x]}, {key: a, values: [y]}]}")
                    .says("key a is named twice in product, and only the first would count: list all of its values"
                            + " together"),
            pool("GPUs that are CPUs", "spec/nodes", "{resourceName: cpu}")
                    .says("resourceName cpu is not the resource of a device plugin: name it with its domain, such as"
                            + " nvidia.com/gpu"),
            pool("a resource name with two slashes", "spec/nodes", "{resourceName: nvidia.com/gpu/x}")
                    .says("spec.nodes.resourceName: Invalid value: \"nvidia.com/gpu/x\""),
            pool(
                            "a requirement In without values",
                            "spec/nodes",
                            "{selector: {matchExpressions: [{key: row, operator: In}]}}")
                    .says("operator In on row has no values: list at least one"),
            pool(
                            "a requirement Exists with values",
                            "spec/nodes",
                            "{selector: {matchExpressions: [{key: row, operator: Exists, values: [a]}]}}")
                    .says("operator Exists on row has values: remove them, or use In or NotIn"),
            pool(
                            "an operator that there is not",
                            "spec/nodes",
                            "{selector: {matchExpressions: [{key: row, operator: Gt}]}}")
                    .says(
                            "Unsupported value: \"Gt\": supported values: \"DoesNotExist\", \"Exists\", \"In\", \"NotIn\""),
            pool("a topology without levels", "spec/topology", "[]")
                    .says("spec.topology in body should have at least 1 items"),
            pool("a level named twice", "spec/topology", "[{name: rack, keys: [a]}, {name: rack, keys: [b]}]")
                    .says("level rack is named twice in topology: give each level its own name"),
            pool("a level named gpu", "spec/topology", "[{name: gpu, keys: [a]}]")
                    .says("level gpu is always there: remove it from topology, or give the level another name"),
            pool("a level named node", "spec/topology", "[{name: node, keys: [kubernetes.io/hostname]}]")
                    .says("level node is always there: remove it from topology, or give the level another name"),
            pool("a level in capitals", "spec/topology", "[{name: Rack, keys: [a]}]")
                    .says("spec.topology[0].name: Invalid value: \"Rack\""),
            pool("a level of keys and GPUs", "spec/topology", "[{name: half, keys: [a], gpus: 2}]")
                    .says(
                            "level half has both keys and gpus: keep keys (node labels) to group nodes, or gpus (a number)"
                                    + " to split a node"),
            pool("a level of nothing", "spec/topology", "[{name: rack}]")
                    .says("level rack has neither keys nor gpus: give keys (node labels) to group nodes, or gpus (a"
                            + " number) to split a node"),
            pool("a level with an empty list of keys", "spec/topology", "[{name: rack, keys: []}]")
                    .says("spec.topology[0].keys in body should have at least 1 items"),
            pool("a level that splits a node and has nodes", "spec/topology", "[{name: half, gpus: 2, nodes: 18}]")
                    .says("level half has nodes 18 but no keys: only a level that groups nodes by keys has a number of"
                            + " nodes"),
            pool("as many spares as nodes", "spec/topology", "[{name: rack, keys: [a], nodes: 18, spareNodes: 18}]")
                    .says("level rack has spareNodes 18 of nodes 18: keep fewer spares than nodes"),
            pool("spares of an unknown number", "spec/topology", "[{name: rack, keys: [a], spareNodes: 2}]")
                    .says("level rack has spareNodes 2 but no nodes: say how many nodes a whole cell has"),
            pool(
                            "a level with more nodes than the one around it",
                            "spec/topology",
                            "[{name: block, keys: [a], nodes: 16}, {name: rack, keys: [b], nodes: 20, spareNodes: 2}]")
                    .says(
                            "nodes of the levels, without their spares, are [16, 18] in topology: list the levels outermost"
                                    + " first, none with more nodes than the one around it"),
            pool("a level below a split", "spec/topology", "[{name: half, gpus: 2}, {name: rack, keys: [a]}]")
                    .says("level half splits a node (gpus) and stands before a level with keys in topology: list the"
                            + " levels outermost first, those with gpus last"),
            pool("splits that grow", "spec/topology", "[{name: pair, gpus: 2}, {name: half, gpus: 4}]")
                    .says(
                            "gpus of the levels that split a node are [2, 4] in topology: list the larger ones first, each a"
                                    + " multiple of the next"),
            pool("splits of one size", "spec/topology", "[{name: pair, gpus: 2}, {name: half, gpus: 2}]")
                    .says("gpus of the levels that split a node are [2, 2] in topology"),
            pool("splits that do not nest", "spec/topology", "[{name: some, gpus: 3}, {name: half, gpus: 2}]")
                    .says("gpus of the levels that split a node are [3, 2] in topology"),
            pool(
                            "a split that does not divide a node",
                            "spec/nodes",
                            "{gpusPerNode: 8}",
                            "spec/topology",
                            "[{name: some, gpus: 3}]")
                    .says("gpus 3 of level some does not split the 8 GPUs of a node (nodes.gpusPerNode): take a smaller"
                            + " number that divides it"),
            pool(
                            "a split that is the node",
                            "spec/nodes",
                            "{gpusPerNode: 8}",
                            "spec/topology",
                            "[{name: all, gpus: 8}]")
                    .says("gpus 8 of level all does not split the 8 GPUs of a node"),
            pool("no signals at all", "spec/unhealthyConditions", "[]")
                    .says("spec.unhealthyConditions in body should have at least 1 items"),
            pool("a polarity that there is not", "spec/unhealthyConditions", "[{type: Xid, status: Bad}]")
                    .says("spec.unhealthyConditions[0].status: Unsupported value: \"Bad\": supported values: \"False\","
                            + " \"True\", \"Unknown\""),
            pool(
                            "a signal named twice",
                            "spec/unhealthyConditions",
                            "[{type: Xid, status: 'True'}, {type: Xid, status: 'True'}]")
                    .says("spec.unhealthyConditions[1]: Duplicate value: {\"status\":\"True\",\"type\":\"Xid\"}"),
            pool("a taint named twice", "spec/unhealthyTaints", "[nvidia.com/xid, nvidia.com/xid]")
                    .says("spec.unhealthyTaints[1]: Duplicate value: \"nvidia.com/xid\""));

    static final List<BadInput> CONTRACTS = List.of(
            contract("a name that is too long for a label", "metadata/name", "c".repeat(64))
                    .says("metadata.name " + "c".repeat(64)
                            + " has 64 characters and cannot be the value of the namespace label"
                            + " offtake.dev/contract: choose one of at most 63"),
            contract("a contract without a tenant", "spec/tenant", "").says("spec.tenant: Required value"),
            contract("a tenant in capitals", "spec/tenant", "Research")
                    .says("spec.tenant: Invalid value: \"Research\""),
            contract("a contract without a term", "spec/term", "").says("spec.term: Required value"),
            contract("an end that is no instant", "spec/term/end", "tomorrow")
                    .says(
                            "spec.term.end: Invalid value: \"tomorrow\": spec.term.end in body must be of type date-time"),
            contract("an instant with a comma", "spec/term/start", "'2026-01-01T00:00:00,5Z'")
                    .says("spec.term.start: Invalid value: \"2026-01-01T00:00:00,5Z\""),
            contract("an instant of too many digits", "spec/term/end", "'2027-01-01T00:00:00.0123456789Z'")
                    .says("spec.term.end: Invalid value: \"2027-01-01T00:00:00.0123456789Z\""),
            contract("an instant of no time zone on Earth", TRANCHE + "due", "'2026-02-01T00:00:00+18:00'")
                    .says("spec.commitments[0].tranches[0].due: Invalid value: \"2026-02-01T00:00:00+18:00\""),
            contract("an end of no time zone on Earth", TRANCHE + "end", "'2026-02-01T00:00:00-23:59'")
                    .says("spec.commitments[0].tranches[0].end: Invalid value: \"2026-02-01T00:00:00-23:59\""),
            contract("a term that ends before it starts", "spec/term/end", "'2025-01-01T00:00:00Z'")
                    .says(
                            "end 2025-01-01T00:00:00Z of the term is not after its start 2026-01-01T00:00:00Z: set a later"
                                    + " end"),
            contract("a term of no length", "spec/term/end", "'2026-01-01T00:00:00Z'")
                    .says("end 2026-01-01T00:00:00Z of the term is not after its start 2026-01-01T00:00:00Z"),
            contract("a contract without commitments", "spec/commitments", "[]")
                    .says("spec.commitments in body should have at least 1 items"),
            contract(
                            "two commitments of one name",
                            "spec/commitments",
                            "[{name: a, gpuClass: b, unit: gpu, onDemand: {gpus: 1}}, {name: a, gpuClass: c, unit: gpu,"
                                    + " onDemand: {gpus: 1}}]")
                    .says("spec.commitments[1]: Duplicate value: {\"name\":\"a\"}"),
            contract("a commitment of nothing", TRANCHES, "[]")
                    .says("commitment base has neither tranches nor onDemand and promises nothing: add a tranche, or an"
                            + " on-demand limit"),
            contract("a commitment without a unit", "spec/commitments/0/unit", "")
                    .says("spec.commitments[0].unit: Required value"),
            contract("a unit that cannot be a level", "spec/commitments/0/unit", "NVL 72")
                    .says("spec.commitments[0].unit: Invalid value: \"NVL 72\""),
            contract("an on-demand limit of nothing", "spec/commitments/0/onDemand", "{gpus: 0}")
                    .says("spec.commitments[0].onDemand.gpus in body should be greater than or equal to 1"),
            contract("a lending policy that there is not", "spec/commitments/0/lending", "{policy: Scheduled}")
                    .says("spec.commitments[0].lending.policy: Unsupported value: \"Scheduled\": supported values:"
                            + " \"Always\", \"Never\""),
            contract("a word about moves that there is not", "spec/commitments/0/moves", "Always")
                    .says("spec.commitments[0].moves: Unsupported value: \"Always\": supported values: \"Never\","
                            + " \"WithNotice\""),
            contract("a notice of what is not lent", "spec/commitments/0/lending", "{policy: Never, notice: 5m}")
                    .says(
                            "policy Never lends nothing, so that notice and minRuntime have no meaning: remove them, or set"
                                    + " policy Always"),
            contract("a notice longer than any grace", "spec/commitments/0/lending", "{notice: 61m}")
                    .says("notice 61m is longer than 1h, the longest that a pod may take to end: set at most 1h"),
            contract("a notice in days", "spec/commitments/0/lending", "{notice: 1d}")
                    .says("spec.commitments[0].lending.notice: Invalid value: \"1d\""),
            contract("a notice below zero", "spec/commitments/0/lending", "{notice: -5s}")
                    .says("spec.commitments[0].lending.notice: Invalid value: \"-5s\""),
            contract("a sub-tenant in capitals", "spec/subTenants", "[{name: Research}]")
                    .says("spec.subTenants[0].name: Invalid value: \"Research\": spec.subTenants[0].name in body should"
                            + " match"),
            contract("a sub-tenant without a name", "spec/subTenants", "[{weight: 3}]")
                    .says("spec.subTenants[0].name: Required value"),
            contract("a sub-tenant named twice", "spec/subTenants", "[{name: research}, {name: research, weight: 2}]")
                    .says("spec.subTenants[1]: Duplicate value: {\"name\":\"research\"}"),
            contract("a sub-tenant of no weight", "spec/subTenants", "[{name: research, weight: 0}]")
                    .says("spec.subTenants[0].weight: Invalid value: 0: spec.subTenants[0].weight in body should be"
                            + " greater than or equal to 1"),
            contract("a weight in parts", "spec/subTenants", "[{name: research, weight: 0.5}]")
                    .says("spec.subTenants[0].weight"),
            contract(
                            "a priority that nobody can wish for",
                            "spec/subTenants",
                            "[{name: research, maxPriority: 1000000001}]")
                    .says("spec.subTenants[0].maxPriority in body should be less than or equal to 1000000000"),
            contract("no time to place", "spec/timeToPlace", "0s")
                    .says("timeToPlace 0s is not between 1s and 720h: set a time in which demand can be placed"),
            contract("a time to place in days", "spec/timeToPlace", "1d")
                    .says("spec.timeToPlace: Invalid value: \"1d\""),
            contract("a protection for ever", "spec/commitments/0/lending", "{minRuntime: 721h}")
                    .says("minRuntime 721h is longer than 720h: set at most 720h"),
            contract(
                            "two tranches of one name",
                            TRANCHES,
                            "[{name: all, quantity: 4, due: '2026-01-01T00:00:00Z'}, {name: all, quantity: 5, due:"
                                    + " '2026-02-01T00:00:00Z'}]")
                    .says("spec.commitments[0].tranches[1]: Duplicate value: {\"name\":\"all\"}"),
            contract("a tranche of nothing", TRANCHE + "quantity", "0")
                    .says("spec.commitments[0].tranches[0].quantity: Invalid value: 0:"
                            + " spec.commitments[0].tranches[0].quantity in body should be greater than or equal to 1"),
            contract("a tranche of less than nothing", TRANCHE + "quantity", "-4")
                    .says("spec.commitments[0].tranches[0].quantity: Invalid value: -4"),
            contract("a tranche of too much", TRANCHE + "quantity", "1000001")
                    .says("spec.commitments[0].tranches[0].quantity in body should be less than or equal to 1000000"),
            contract("a tranche of half a GPU", TRANCHE + "quantity", "0.5")
                    .says("spec.commitments[0].tranches[0].quantity in body must be of type integer"),
            contract("a tranche without a due", TRANCHE + "due", "")
                    .says("spec.commitments[0].tranches[0].due: Required value"),
            contract("a tranche before the term", TRANCHE + "due", "'2025-12-31T23:59:59Z'")
                    .says("due 2025-12-31T23:59:59Z of tranche base/all is outside of the term, 2026-01-01T00:00:00Z to"
                            + " 2027-01-01T00:00:00Z: move due into the term, or change the term"),
            contract("a tranche after the term's end", TRANCHE + "due", "'2027-01-01T00:00:00Z'")
                    .says("due 2027-01-01T00:00:00Z of tranche base/all is outside of the term, 2026-01-01T00:00:00Z to"
                            + " 2027-01-01T00:00:00Z: move due into the term, or change the term"),
            contract("a tranche that ends when it is due", TRANCHE + "end", "'2026-01-01T00:00:00Z'")
                    .says(
                            "end 2026-01-01T00:00:00Z of tranche all is not after its due 2026-01-01T00:00:00Z: set a later"
                                    + " end, or leave it out for the end of the term"),
            contract("a tranche that ends after the term", TRANCHE + "end", "'2027-01-01T00:00:01Z'")
                    .says("end 2027-01-01T00:00:01Z of tranche base/all is after the end of the term,"
                            + " 2027-01-01T00:00:00Z: set an earlier end, or leave it out for the end of the term"));

    static final List<BadInput> WORKLOADS = List.of(
            workload("a gang without a class", "spec/gpuClasses", "[]")
                    .says("spec.gpuClasses in body should have at least 1 items"),
            workload("a gang without a tier", "spec/tiers", "[]")
                    .says("spec.tiers in body should have at least 1 items"),
            workload("a tier that there is not", "spec/tiers", "[Cheap]")
                    .says("spec.tiers[0]: Unsupported value: \"Cheap\": supported values: \"OnDemand\","
                            + " \"Reserved\", \"Spot\""),
            workload("more tiers than there are", "spec/tiers", "[Reserved, OnDemand, Spot, Spot]")
                    .says("spec.tiers: Too many: 4: must have at most 3 items"),
            workload("checkpoints all the time", "spec/checkpoint", "{interval: 0s}")
                    .says("checkpoint.interval 0s is not above zero: set one such as 30m, or leave checkpoint out"),
            workload("checkpoints at no interval", "spec/checkpoint", "{restartCost: 5m}")
                    .says("spec.checkpoint.interval: Required value"),
            workload("a restart that costs days", "spec/checkpoint", "{interval: 30m, restartCost: 1d}")
                    .says("spec.checkpoint.restartCost: Invalid value: \"1d\""),
            workload("a gang without pods", "spec/podSets", "[]")
                    .says("spec.podSets in body should have at least 1 items"),
            workload(
                            "two pod sets of one name",
                            "spec/podSets",
                            "[{name: a, count: 1, requests: {cpu: 1}}, {name: a, count: 1, requests: {cpu: 1}}]")
                    .says("spec.podSets[1]: Duplicate value: {\"name\":\"a\"}"),
            workload("a pod set of no pods", "spec/podSets/0/count", "0")
                    .says("spec.podSets[0].count in body should be greater than or equal to 1"),
            workload("a pod set that shrinks to nothing", "spec/podSets/0/minCount", "0")
                    .says("spec.podSets[0].minCount in body should be greater than or equal to 1"),
            workload("a pod set that shrinks above its size", "spec/podSets/0/minCount", "17")
                    .says("minCount 17 of pod set workers is above its count 16: set at most 16"),
            workload("a slice larger than its pod set", "spec/podSets/0/slice/pods", "32")
                    .says("slice.pods 32 of pod set workers is above its count 16: set at most 16"),
            workload("a slice of no level", "spec/podSets/0/slice/level", "")
                    .says("spec.podSets[0].slice.level: Required value"),
            workload("a pod set that requests nothing", "spec/podSets/0/requests", "{}")
                    .says("spec.podSets[0].requests in body should have at least 1 properties"),
            workload("a required level in capitals", "spec/topology/required", "Rack")
                    .says("spec.topology.required: Invalid value: \"Rack\""),
            workload("a preferred level with a blank", "spec/topology/preferred", "a rack")
                    .says("spec.topology.preferred: Invalid value: \"a rack\""),
            workload("a duration in days", "spec/duration", "30d")
                    .says("spec.duration: Invalid value: \"30d\": spec.duration in body should match"),
            workload("a duration of nothing", "spec/duration", "0h0m")
                    .says("duration 0h0m is not above zero: set one such as 36h, or leave it out"),
            workload("a priority beyond the range", "spec/priority", "2000000000")
                    .says("spec.priority in body should be less than or equal to 1000000000"));

    private BadInputs() {}
}
