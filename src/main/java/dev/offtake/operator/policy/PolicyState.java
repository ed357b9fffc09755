package dev.offtake.operator.policy;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the API server has of the admission policies and what belongs to them.
 *
 * @param unserved kinds that the API server does not know, e.g. {@code MutatingAdmissionPolicy}
 * @param missing objects that are not there, e.g. {@code ValidatingAdmissionPolicy created.offtake.dev}
 * @param changed objects that differ from the manifest
 * @param error why the rest could not be read; empty if everything was
 */
public record PolicyState(
        boolean watched,
        List<String> unserved,
        List<String> missing,
        List<Change> changed,
        Optional<GpuNames> gpuNames,
        String error) {
    /** Nobody has looked yet: nothing is known about policies. */
    public static final PolicyState NOT_WATCHED =
            new PolicyState(false, List.of(), List.of(), List.of(), Optional.empty(), "");

    public PolicyState {
        unserved = List.copyOf(unserved);
        missing = List.copyOf(missing);
        changed = List.copyOf(changed);
    }

    /**
     * An object that differs from the manifest.
     *
     * @param field the first field that differs
     */
    public record Change(String object, String field) {}

    /**
     * What the state means for a pool.
     *
     * @param known false if the state could not be read
     * @param reason CamelCase
     * @param message complete for people, with the fix
     */
    public record Verdict(boolean inForce, boolean known, String reason, String message) {}

    static PolicyState unread(String error) {
        return new PolicyState(true, List.of(), List.of(), List.of(), Optional.empty(), error);
    }

    /** Whether everything was read and is as in the manifest. */
    public boolean inForce() {
        return watched && error.isEmpty() && unserved.isEmpty() && missing.isEmpty() && changed.isEmpty();
    }

    /** Names of all objects that are missing or changed, sorted. */
    public List<String> problems() {
        TreeSet<String> names = new TreeSet<>(missing);
        changed.forEach(c -> names.add(c.object()));
        return List.copyOf(names);
    }

    /** Says what is missing, with the fix; empty if nothing is. */
    public Optional<String> whatIsMissing() {
        return toRepair("missing: ", missing);
    }

    /** Says what is not as installed, with the fix; empty if everything is. */
    public Optional<String> whatIsChanged() {
        return toRepair(
                "not as installed: ",
                changed.stream().map(c -> c.object() + " (" + c.field() + ")").toList());
    }

    private static Optional<String> toRepair(String wrong, List<String> objects) {
        return objects.isEmpty()
                ? Optional.empty()
                : Optional.of(wrong + String.join(", ", objects)
                        + "; run helm upgrade, or without Helm apply deploy/policies.yaml");
    }

    /**
     * What that means for pods that ask for GPUs.
     *
     * @param resource by which the pods of a pool ask for them; empty if it is not known
     * @return empty if nobody has looked yet
     */
    public Optional<Verdict> verdict(Optional<String> resource) {
        if (!watched) {
            return Optional.empty();
        }
        if (!error.isEmpty()) {
            return Optional.of(new Verdict(false, false, "NotRead", "the admission policies cannot be read: " + error));
        }
        if (!unserved.isEmpty()) {
            return no(
                    "NotServed",
                    "this API server does not serve " + String.join(", ", unserved)
                            + ", so nothing adds the gate: pods must bring `schedulingGates: [{name:"
                            + " offtake.dev/placement}]` and `priorityClassName: offtake-placed` themselves"
                            + (missing.isEmpty() ? "" : "; missing besides: " + String.join(", ", missing)));
        }
        if (!missing.isEmpty()) {
            return no("Missing", whatIsMissing().orElseThrow());
        }
        if (!changed.isEmpty()) {
            return no("Changed", whatIsChanged().orElseThrow());
        }
        if (resource.isPresent()
                && !gpuNames.map(names -> names.covers(resource.get())).orElse(true)) {
            return no(
                    "ResourceNotGated",
                    "pods that ask for " + resource.get() + " (spec.nodes.resourceName) are not gated; add it to"
                            + " `resources` of the ConfigMap offtake-resources");
        }
        return Optional.of(new Verdict(true, true, "AsInstalled", "the admission policies are as installed"));
    }

    private static Optional<Verdict> no(String reason, String message) {
        return Optional.of(new Verdict(false, true, reason, message));
    }
}
