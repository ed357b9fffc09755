package dev.offtake.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes the CustomResourceDefinitions from the Java types, and adds what the generator has no annotation for. */
final class Crds {
    static final List<Class<? extends CustomResource<?, ?>>> KINDS =
            List.of(GPUPool.class, TenantContract.class, GPUWorkload.class);

    static final String REGENERATE = "mvn -q test -Dtest=CrdFilesTest -Dupdate";

    /**
     * Lists that server-side apply merges by key, and in which the API server refuses two entries of one key. All other
     * lists are atomic: their order means something, or they are written as a whole.
     */
    private static final Map<String, List<String>> LIST_MAPS = Map.of(
            "spec.unhealthyConditions", List.of("type", "status"),
            "spec.commitments", List.of("name"),
            "spec.commitments.tranches", List.of("name"),
            "spec.podSets", List.of("name"),
            "spec.subTenants", List.of("name"),
            "status.tranches", List.of("name"),
            "status.conditions", List.of("type"));

    private static final Set<String> SETS = Set.of("spec.unhealthyTaints", "status.rollback.avoidNodes");

    private static final Map<Class<? extends CustomResource<?, ?>>, CustomResourceDefinition> DEFINITIONS =
            new ConcurrentHashMap<>();

    private Crds() {}

    /** The definition of a kind. */
    static CustomResourceDefinition definition(Class<? extends CustomResource<?, ?>> kind) {
        return DEFINITIONS.computeIfAbsent(kind, Crds::generate);
    }

    private static CustomResourceDefinition generate(Class<? extends CustomResource<?, ?>> kind) {
        Finish finish = new Finish(kind);
        new CRDGenerator()
                .customResourceClasses(kind)
                .forCRDVersions("v1")
                .withPostProcessor(finish)
                .withOutput(new Nowhere())
                .generate();
        return finish.finished.orElseThrow();
    }

    /**
     * The definition of a kind as the text of its checked-in file. Not the generator's own text: that has the conditions'
     * {@code True} and {@code False} without quotes, as booleans.
     */
    static String yaml(Class<? extends CustomResource<?, ?>> kind) {
        return "# Generated from " + kind.getName() + "; make it anew with: " + REGENERATE + "\n"
                + Serialization.asYaml(definition(kind)).replaceFirst("^---\n", "");
    }

    /** The schema of the only version of a kind. */
    static JSONSchemaProps schema(Class<? extends CustomResource<?, ?>> kind) {
        return definition(kind).getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema();
    }

    /** Name of the checked-in file of a kind. */
    static String fileName(Class<? extends CustomResource<?, ?>> kind) {
        return OfftakeNames.GROUP + "_" + HasMetadata.getPlural(kind) + ".yaml";
    }

    private static final class Finish implements CRDPostProcessor {
        private final Class<? extends CustomResource<?, ?>> kind;
        private Optional<CustomResourceDefinition> finished = Optional.empty();

        Finish(Class<? extends CustomResource<?, ?>> kind) {
            this.kind = kind;
        }

        @Override
        public HasMetadata process(HasMetadata resource, String crdVersion) {
            CustomResourceDefinition crd = (CustomResourceDefinition) resource;
            for (CustomResourceDefinitionVersion version : crd.getSpec().getVersions()) {
                JSONSchemaProps schema = version.getSchema().getOpenAPIV3Schema();
                schema.setDescription(
                        kind.getAnnotation(JsonClassDescription.class).value());
                schema.getProperties().forEach(this::nameListTypes);
                version.setAdditionalPrinterColumns(inDeclaredOrder(version.getAdditionalPrinterColumns()));
            }
            finished = Optional.of(crd);
            return crd;
        }

        private void nameListTypes(String path, JSONSchemaProps schema) {
            if (schema.getItems() != null) {
                List<String> keys = LIST_MAPS.get(path);
                schema.setXKubernetesListType(keys != null ? "map" : SETS.contains(path) ? "set" : "atomic");
                schema.setXKubernetesListMapKeys(keys);
                nameListTypes(path, schema.getItems().getSchema());
            }
            if (schema.getProperties() != null) {
                schema.getProperties().forEach((name, property) -> nameListTypes(path + "." + name, property));
            }
        }

        private List<CustomResourceColumnDefinition> inDeclaredOrder(List<CustomResourceColumnDefinition> columns) {
            List<String> names = Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
                    .map(AdditionalPrinterColumn::name)
                    .toList();
            return columns.stream()
                    .sorted(Comparator.comparing(c -> names.indexOf(c.getName())))
                    .toList();
        }
    }

    private static final class Nowhere implements CRDGenerator.CRDOutput<OutputStream> {
        @Override
        public OutputStream outputFor(String crdName) {
            return OutputStream.nullOutputStream();
        }

        @Override
        public void close() {}
    }
}
