package dev.offtake.sim.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offtake.api.GPUPool;
import dev.offtake.api.TenantContract;
import dev.offtake.api.TenantContractStatus;
import dev.offtake.contract.Contract;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.translate.Checked;
import dev.offtake.translate.Contracts;
import dev.offtake.translate.Pools;
import dev.offtake.translate.Problem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads GPUPools, TenantContracts and Nodes from YAML or JSON, with the checks that the API server and the operator make,
 * and their words. What the operator would leave a proposal is an error here: nobody simulates a slip on purpose. Only
 * what is sold before there is a pool of it may be meant so, and is told.
 */
final class ManifestReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SchemaCheck POOLS = SchemaCheck.of("gpupools");
    private static final SchemaCheck CONTRACTS = SchemaCheck.of("tenantcontracts");
    private static final String PROPOSAL =
            "the operator would leave the contract a proposal until there is one; here it is"
                    + " admitted, and can have nothing of it";
    private static final Comparator<Unadmitted> BY_CREATION = Comparator.comparing(Unadmitted::createdAt)
            .thenComparing(c -> c.contract().getMetadata().getName());

    private final KubernetesSerialization serialization = new KubernetesSerialization();
    private final ModelCheck model = new ModelCheck();
    private final Applied before;
    private final Map<String, Pool> pools = new LinkedHashMap<>();
    private final Map<String, NodeFacts> nodes = new LinkedHashMap<>();
    private final List<Unadmitted> contracts = new ArrayList<>();
    private final List<JsonNode> written = new ArrayList<>();
    private boolean isEmpty = true;
    private final Set<String> ignored = new TreeSet<>();
    private final List<String> notes = new ArrayList<>();

    private record Unadmitted(Source source, TenantContract contract, String createdAt) {}

    /** A reader of what there is at the begin. */
    ManifestReader() {
        this(new Applied());
    }

    /** A reader of what is applied to what is there. */
    ManifestReader(Applied before) {
        this.before = before;
    }

    /** Reads all manifests of a directory, or one file. */
    ManifestReader read(Path path) {
        ManifestFiles.read(path, this::add);
        return this;
    }

    /** Adds one object, or those of a list as {@code kubectl get -o yaml} writes it. */
    void add(Path file, long line, JsonNode document) {
        Unpacked.unpack(file, line, document, (item, object) -> add(file, line, item, object));
    }

    private void add(Path file, long line, String item, JsonNode object) {
        isEmpty = false;
        String kind = object.path("kind").asText("");
        String apiVersion = object.path("apiVersion").asText("");
        String name = object.at("/metadata/name").asText("");
        if (kind.isEmpty()) {
            throw InputException.of(file, line, item + "kind: is missing; write GPUPool, TenantContract or Node");
        }
        Source source = new Source(file, line, kind, name);
        Kinds.problem(kind, apiVersion).ifPresent(problem -> {
            throw source.problem(problem);
        });
        if (!Kinds.isRead(kind, apiVersion)) {
            ignored.add(Kinds.passedOver(kind, apiVersion));
            return;
        }
        if (name.isEmpty()) {
            throw source.problem("metadata.name: is missing; give it a name");
        }
        switch (kind) {
            case "GPUPool" -> pool(source, object);
            case "TenantContract" -> contract(source, object);
            default -> node(source, object);
        }
    }

    private void pool(Source source, JsonNode object) {
        GPUPool pool = convert(source, object, POOLS, GPUPool.class);
        Pool value = valid(source, Pools.of(pool));
        if (pools.put(value.name(), value) != null) {
            throw source.problem("metadata.name: there is an earlier GPUPool of this name; rename one");
        }
    }

    private void contract(Source source, JsonNode object) {
        TenantContract contract = convert(source, object, CONTRACTS, TenantContract.class);
        String name = contract.getMetadata().getName();
        if (contracts.stream()
                .anyMatch(c -> c.contract().getMetadata().getName().equals(name))) {
            throw source.problem("metadata.name: there is an earlier TenantContract of this name; rename one");
        }
        String createdAt = Optional.ofNullable(contract.getMetadata().getCreationTimestamp())
                .orElse("");
        contracts.add(new Unadmitted(source, contract, createdAt));
    }

    private <T extends HasMetadata> T convert(Source source, JsonNode object, SchemaCheck schema, Class<T> type) {
        if (!Names.isSubdomain(source.name())) {
            throw source.problem(
                    "metadata.name: \"" + source.name() + "\" is no name; use lower-case letters, digits, - and .");
        }
        List<String> problems = new ArrayList<>(metadata(object));
        problems.addAll(schema.problems(object, before.object(source.kind(), source.name())));
        if (!problems.isEmpty()) {
            throw source.problem(String.join("; ", problems));
        }
        try {
            T converted = serialization.convertValue(JSON.convertValue(object, Map.class), type);
            written.add(object);
            return converted;
        } catch (IllegalArgumentException e) {
            throw source.problem(String.valueOf(e.getMessage()));
        }
    }

    /** What no schema of ours says: the metadata that all objects have. */
    private List<String> metadata(JsonNode object) {
        ModelCheck.Findings findings = model.check(ObjectMeta.class, object.path("metadata"), "metadata");
        List<String> problems = new ArrayList<>(findings.problems());
        findings.unknown().forEach(field -> problems.add(field.message()));
        return problems;
    }

    /** Fields of its spec and status that are not known may be those of a later Kubernetes. */
    private void checkNode(Source source, JsonNode object) {
        ModelCheck.Findings findings = model.check(Node.class, object, "");
        List<String> problems = new ArrayList<>(findings.problems());
        for (ModelCheck.Unknown field : findings.unknown()) {
            if (field.path().startsWith("spec.") || field.path().startsWith("status.")) {
                ignored.add("Node." + field.path());
            } else {
                problems.add(field.message());
            }
        }
        if (!problems.isEmpty()) {
            throw source.problem(String.join("; ", problems));
        }
    }

    private void node(Source source, JsonNode object) {
        checkNode(source, object);
        Node node;
        try {
            node = serialization.convertValue(JSON.convertValue(object, Map.class), Node.class);
        } catch (IllegalArgumentException e) {
            throw source.problem(String.valueOf(e.getMessage()));
        }
        for (NodeFacts facts : NodeTemplate.expand(node, source::problem)) {
            if (nodes.put(facts.name(), facts) != null) {
                throw source.problem("metadata.name: there is an earlier Node named " + facts.name() + "; rename one");
            }
        }
    }

    private static <T> T valid(Source source, Checked<T> checked) {
        return checked.toOptional().orElseThrow(() -> source.problem(Problem.join(checked.problemList())));
    }

    /**
     * Everything read that is not there already, with the contracts admitted: those that were admitted before then, those
     * that say when they were admitted then, the others one after another in the order of their creation, then of their
     * names.
     *
     * @param now when the first of those contracts is admitted that do not say it
     */
    Site site(Instant now) {
        Map<String, Pool> all = new LinkedHashMap<>(before.pools());
        all.putAll(pools);
        List<Contract> admitted = new ArrayList<>();
        Instant next = now;
        for (Unadmitted unadmitted : contracts.stream().sorted(BY_CREATION).toList()) {
            Contract contract = valid(
                    unadmitted.source(), Contracts.of(unadmitted.contract(), admittedAt(unadmitted.contract(), next)));
            if (before.contract(contract.name()).filter(contract::equals).isEmpty()) {
                check(unadmitted, all.values());
                admitted.add(contract);
            }
            next = next.plusMillis(1);
        }
        return new Site(
                pools.values().stream()
                        .filter(pool -> !pool.equals(before.pools().get(pool.name())))
                        .toList(),
                nodes.values().stream()
                        .filter(node -> !node.equals(before.nodes().get(node.name())))
                        .toList(),
                admitted,
                List.copyOf(ignored),
                notes);
    }

    /** What is admitted stays so, and only the operator says since when. */
    private Instant admittedAt(TenantContract contract, Instant otherwise) {
        return before.contract(contract.getMetadata().getName())
                .map(Contract::admittedAt)
                .or(() -> Optional.ofNullable(contract.getStatus()).map(TenantContractStatus::admittedAt))
                .orElse(otherwise);
    }

    /** Refuses a contract that could not be admitted. */
    private void check(Unadmitted unadmitted, Collection<Pool> all) {
        List<Problem> problems = new ArrayList<>();
        for (Problem problem : Contracts.problems(unadmitted.contract(), all)) {
            if (problem.reason().equals(Contracts.NO_POOL_OF_CLASS)) {
                notes.add(unadmitted.source().note(problem.message() + "; " + PROPOSAL));
            } else {
                problems.add(problem);
            }
        }
        if (!problems.isEmpty()) {
            throw unadmitted.source().problem(Problem.join(problems));
        }
    }

    /** Whether no object was read, of whatever kind. */
    boolean isEmpty() {
        return isEmpty;
    }

    /** GPUPools and TenantContracts as they were written. */
    List<JsonNode> written() {
        return List.copyOf(written);
    }

    /** When the first term begins of the contracts read. */
    Optional<Instant> firstTerm() {
        return contracts.stream()
                .map(c -> c.contract().getSpec().term().start())
                .min(Comparator.naturalOrder());
    }

    /** Classes of all pools read, each once, in their order. */
    List<String> gpuClasses() {
        return pools.values().stream().map(Pool::gpuClass).distinct().toList();
    }
}
