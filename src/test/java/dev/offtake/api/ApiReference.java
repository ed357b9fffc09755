package dev.offtake.api;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes the reference of the API from the definitions. */
final class ApiReference {
    private static final String HEAD = """
            <!-- Generated; make it anew with: %s -->
            # The API: `offtake.dev/v1alpha1`

            Three kinds, all in the category `offtake` (`kubectl get offtake`): a [GPUPool](#gpupool) is what there is, a
            [TenantContract](#tenantcontract) is what was promised, a [GPUWorkload](#gpuworkload) is a gang that is or wants
            to be placed. Tenants write none of them: a plain Job is served, and [annotations](#annotations) on it say what it
            wishes for beyond that.

            What was agreed is `spec`, what is observed is `status`. Instants are RFC 3339 in UTC, intervals include their
            start and exclude their end, durations are Go durations (`90s`, `1h30m`). A list is at most as long as its limit
            says. What cannot be right is refused when it is applied, with a message that names the field, the value and the
            fix; what only the cluster can tell is answered by a condition. `kubectl explain gpupool.spec.topology` shows
            the same texts as this page.
            """;

    private static final String TAIL = """
            ## Annotations

            A plain Job or pod in a labelled namespace is a gang of the class of the tenant's first commitment, in the tier
            `Reserved`. Wishes are annotations on the Job, on its pod template or on a bare pod. An unknown `offtake.dev/`
            key, or a value that cannot be read, is answered by a condition and an event; the pods stay gated.

            | annotation | value | default |
            |---|---|---|
            | `%s` | GPU classes in order, e.g. `h200-sxm,h100-sxm` | class of the first commitment |
            | `%s` | tiers in order, of `Reserved`, `OnDemand` and `Spot`: `Reserved,Spot` | `Reserved` |
            | `%s` | level inside one cell of which the whole gang must be, e.g. `rack` | none |
            | `%s` | level inside one cell of which it should be | the tightest that has room |
            | `%s` | `<level>=<pods>`: `rack=16` puts each 16 pods of a pod set inside one rack | none |
            | `%s` | fewest pods that the gang can run with | all |
            | `%s` | declared length of the run, e.g. `36h` | not declared |
            | `%s` | how often progress is kept, with what a restart costs: `30m`, or `30m+5m`; those are evicted first that lose least | never: all is lost |
            | `%s` | integer; larger goes first, within the commitment | 0 |
            | `%s` | number of bare pods that form a gang, with the label `%s` | – |

            Written by the operator, and only by it: `%s` on a released pod, with the contract, the commitment, the tier and
            the instant as JSON.

            ## Labels

            | label | on | meaning |
            |---|---|---|
            | `%s` | namespaces | the tenant whose contracts serve the namespace |
            | `%s` | namespaces | the one contract to draw on; without it all contracts of the tenant, and of those in the same class the one that has [the best place](placement.md#several-commitments) |
            | `%s` | namespaces | the sub-tenant of those in `spec.subTenants` of the contract for which its work competes inside the contract |
            | `%s` | namespaces | `"true"`: belongs to the platform, its pods are never gated |
            | `%s` | pods | the gang that bare pods form together |

            ## Names on pods

            | name | what |
            |---|---|
            | `%s` | scheduling gate that holds a pod until it has its place |
            | `%s` | pod condition: `False` with the reason while the pod waits, `True` after its release |
            | `%s` | priority class of all pods that Offtake places; it never preempts |
            | `%s` | finalizer of a GPUWorkload that keeps its placement until everything is given back |
            """;

    /** The texts in a CEL expression that are filled in. */
    private static final Pattern FORMAT = Pattern.compile("'([^']*)'\\.format\\(");

    private final StringBuilder text = new StringBuilder();

    private ApiReference() {}

    /** The whole page as Markdown. */
    static String markdown() {
        ApiReference page = new ApiReference();
        page.text.append(HEAD.formatted(Crds.REGENERATE));
        page.kind(
                GPUPool.class,
                Manifests.SMALLEST_POOL,
                "What is not known from the class, or is other than usual:",
                Manifests.WHOLE_POOL);
        page.kind(
                TenantContract.class,
                Manifests.SMALLEST_CONTRACT,
                "Racks that arrive in two tranches, and an on-demand limit:",
                Manifests.WHOLE_CONTRACT);
        page.kind(GPUWorkload.class, Manifests.WORKLOAD, "", "");
        page.text
                .append('\n')
                .append(TAIL.formatted(
                        OfftakeAnnotations.GPU_CLASS,
                        OfftakeAnnotations.TIER,
                        OfftakeAnnotations.TOPOLOGY,
                        OfftakeAnnotations.TOPOLOGY_PREFERRED,
                        OfftakeAnnotations.SLICE,
                        OfftakeAnnotations.MIN_PODS,
                        OfftakeAnnotations.DURATION,
                        OfftakeAnnotations.CHECKPOINT,
                        OfftakeAnnotations.PRIORITY,
                        OfftakeAnnotations.PODS,
                        OfftakeLabels.WORKLOAD,
                        OfftakeAnnotations.CLAIM,
                        OfftakeLabels.TENANT,
                        OfftakeLabels.CONTRACT,
                        OfftakeLabels.SUB_TENANT,
                        OfftakeLabels.SYSTEM,
                        OfftakeLabels.WORKLOAD,
                        OfftakeNames.GATE,
                        OfftakeNames.POD_CONDITION,
                        OfftakeNames.PRIORITY_CLASS,
                        OfftakeNames.FINALIZER));
        return page.text.toString();
    }

    private void kind(Class<? extends CustomResource<?, ?>> kind, String smallest, String intro, String whole) {
        CustomResourceDefinition crd = Crds.definition(kind);
        JSONSchemaProps schema = Crds.schema(kind);
        text.append("\n## ").append(crd.getSpec().getNames().getKind()).append("\n\n");
        text.append(schema.getDescription()).append("\n\n");
        text.append("Namespaced".equals(crd.getSpec().getScope()) ? "Namespaced" : "Cluster-wide")
                .append(", short ")
                .append(crd.getSpec().getNames().getShortNames().stream()
                        .map(FieldTable::code)
                        .collect(Collectors.joining(" or ")))
                .append(". `kubectl get` shows ")
                .append(columns(crd, column -> !isWide(column)));
        String wide = columns(crd, ApiReference::isWide);
        text.append(wide.isEmpty() ? "" : ", with `-o wide` also " + wide).append(".\n\n");
        example(smallest);
        if (!whole.isEmpty()) {
            text.append(intro).append("\n\n");
            example(whole);
        }
        for (String part : List.of("spec", "status")) {
            JSONSchemaProps fields = schema.getProperties().get(part);
            text.append("### ")
                    .append(part)
                    .append(" of a ")
                    .append(crd.getSpec().getNames().getKind())
                    .append("\n\n");
            text.append(fields.getDescription())
                    .append("\n\n")
                    .append(FieldTable.of(fields))
                    .append('\n');
        }
        List<String> messages = messages(schema);
        text.append("### Refused, besides what is beyond a limit\n\n");
        messages.forEach(message -> text.append("- ").append(message).append('\n'));
    }

    private static String columns(CustomResourceDefinition crd, Predicate<CustomResourceColumnDefinition> which) {
        return crd.getSpec().getVersions().get(0).getAdditionalPrinterColumns().stream()
                .filter(which)
                .map(CustomResourceColumnDefinition::getName)
                .collect(Collectors.joining(", "));
    }

    private static boolean isWide(CustomResourceColumnDefinition column) {
        return column.getPriority() != null && column.getPriority() > 0;
    }

    private void example(String manifest) {
        text.append("```yaml\n").append(manifest).append("```\n\n");
    }

    /** The messages of all rules of a schema, outermost first, with … for what they fill in. */
    private static List<String> messages(JSONSchemaProps schema) {
        List<String> messages = new ArrayList<>();
        for (ValidationRule rule : schema.getXKubernetesValidations()) {
            FORMAT.matcher(rule.getMessageExpression())
                    .results()
                    .map(literal -> literal.group(1).replaceAll("%[sd]", "…"))
                    .forEach(messages::add);
        }
        if (schema.getItems() != null) {
            messages.addAll(messages(schema.getItems().getSchema()));
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(property -> messages.addAll(messages(property)));
        }
        return messages;
    }
}
