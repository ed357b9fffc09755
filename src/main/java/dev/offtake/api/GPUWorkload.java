package dev.offtake.api;

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.DATE;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.INTEGER;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.STRING;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A gang: pods that are placed together or not at all. Made by the operator, read by the tenant. */
@Group(OfftakeNames.GROUP)
@Version(OfftakeNames.VERSION)
@Kind("GPUWorkload")
@Singular("gpuworkload")
@Plural("gpuworkloads")
@ShortNames("gpuwl")
@Categories(OfftakeNames.CATEGORY)
@ValidationRule(
        value = "!has(oldSelf.status) || !has(oldSelf.status.placement) || size(oldSelf.status.placement) == 0 ||"
                + " self.spec == oldSelf.spec",
        fieldPath = ".spec",
        messageExpression = "'the spec of %s is immutable while it has a placement: delete the work and create it anew'"
                + ".format([self.metadata.name])")
@AdditionalPrinterColumn(name = "TIER", jsonPath = ".status.tier", type = STRING)
@AdditionalPrinterColumn(name = "PHASE", jsonPath = ".status.phase", type = STRING)
@AdditionalPrinterColumn(name = "GPUS", jsonPath = ".status.gpus", type = INTEGER)
@AdditionalPrinterColumn(name = "REASON", jsonPath = ".status.waiting.code", type = STRING)
@AdditionalPrinterColumn(name = "CONTRACT", jsonPath = ".status.contract", type = STRING)
@AdditionalPrinterColumn(name = "WHY", jsonPath = ".status.why.code", type = STRING, priority = 1)
@AdditionalPrinterColumn(name = "ENFORCEMENT", jsonPath = ".status.enforcement", type = STRING, priority = 1)
@AdditionalPrinterColumn(name = "AGE", jsonPath = ".metadata.creationTimestamp", type = DATE)
@JsonClassDescription("A gang: pods that are placed together or not at all. Made by the operator for Jobs and groups of"
        + " pods, read by the tenant.")
public final class GPUWorkload extends CustomResource<GPUWorkloadSpec, GPUWorkloadStatus> implements Namespaced {
    /** Type of the condition that says whether the gang has its place. */
    public static final String PLACED = "Placed";

    /** Type of the condition that says that the gang was taken from its place. */
    public static final String EVICTED = "Evicted";

    /** Type of the condition that says that the gang is done. */
    public static final String FINISHED = "Finished";

    @Required
    @JsonPropertyDescription(
            "What the gang asks for, read from its pods and their annotations. Immutable while placed.")
    @Override
    public GPUWorkloadSpec getSpec() {
        return super.getSpec();
    }

    @JsonPropertyDescription("Where the gang is, or why it waits. Written by the operator only.")
    @Override
    public GPUWorkloadStatus getStatus() {
        return super.getStatus();
    }
}
