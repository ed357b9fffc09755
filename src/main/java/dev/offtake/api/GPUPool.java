package dev.offtake.api;

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.INTEGER;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.STRING;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** The nodes of one GPU class at one site. */
@Group(OfftakeNames.GROUP)
@Version(OfftakeNames.VERSION)
@Kind("GPUPool")
@Singular("gpupool")
@Plural("gpupools")
@ShortNames("gpool")
@Categories(OfftakeNames.CATEGORY)
@AdditionalPrinterColumn(name = "CLASS", jsonPath = ".spec.gpuClass", type = STRING)
@AdditionalPrinterColumn(name = "SITE", jsonPath = ".spec.location.site", type = STRING)
@AdditionalPrinterColumn(name = "SELLABLE", jsonPath = ".status.gpus.sellable", type = INTEGER)
@AdditionalPrinterColumn(name = "COMMITTED", jsonPath = ".status.gpus.committed", type = INTEGER)
@AdditionalPrinterColumn(name = "USED", jsonPath = ".status.gpus.used", type = INTEGER)
@AdditionalPrinterColumn(name = "FREE", jsonPath = ".status.gpus.free", type = INTEGER)
@AdditionalPrinterColumn(name = "READY", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status", type = STRING)
@JsonClassDescription(
        "The nodes of one GPU class at one site: what there is to promise. The nodes are recognised by their"
                + " labels; a known class brings everything else.")
public final class GPUPool extends CustomResource<GPUPoolSpec, GPUPoolStatus> {
    /** Type of the condition that says whether the pool is understood and has nodes. */
    public static final String READY = "Ready";

    /** Type of the condition that says that another pool claims nodes of this one. */
    public static final String NODES_DISPUTED = "NodesDisputed";

    @Required
    @JsonPropertyDescription("Which nodes belong to the pool and how they are wired.")
    @Override
    public GPUPoolSpec getSpec() {
        return super.getSpec();
    }

    @JsonPropertyDescription("What the operator sees: nodes, GPUs and cells. Written by the operator only.")
    @Override
    public GPUPoolStatus getStatus() {
        return super.getStatus();
    }
}
