package dev.offtake.sim.input;

import dev.offtake.fleet.Fleet;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.NodeState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All that a simulation begins with.
 *
 * @param start the origin of the trace's times and of the changes'
 * @param changes in the order of their times
 * @param notes what is worth knowing and no error
 */
public record Scenario(Site site, Trace trace, List<TimedChange> changes, Instant start, List<String> notes) {
    public Scenario {
        changes = List.copyOf(changes);
        notes = List.copyOf(notes);
    }

    /**
     * The files of a simulation.
     *
     * @param manifests directory or file; may only be absent for a trace that has its nodes and tenants beside it
     * @param changes file of timed changes
     * @param start where it is not what the trace or the contracts say
     * @param tenant whose work all of the trace is; empty for whom the trace names
     */
    public record Files(
            Optional<Path> manifests,
            Path trace,
            Optional<Path> changes,
            Optional<Instant> start,
            Optional<String> tenant) {}

    /**
     * Reads and checks everything.
     *
     * @throws InputException for the first thing that cannot be used
     */
    public static Scenario read(Files files) {
        Csv table = Csv.read(files.trace());
        ManifestReader manifests = new ManifestReader();
        if (files.manifests().isPresent()) {
            manifests.read(files.manifests().get());
        } else if (table.has(new GangTrace().columns().toArray(String[]::new))) {
            GangSite.addTo(manifests, files.trace().toAbsolutePath().resolveSibling(""));
        } else {
            throw InputException.of(
                    files.trace(), "says nothing of nodes and contracts; name a directory with --manifests");
        }
        Trace trace = TraceFormat.readAny(
                table, new TraceFormat.Settings(new PodSplit(manifests.gpusPerNode()), files.tenant()));
        Instant start =
                files.start().or(trace::origin).or(manifests::firstTerm).orElse(Instant.parse("2026-01-01T00:00:00Z"));
        Site site = manifests.site(List.of(), start);
        ChangeReader changeReader = new ChangeReader(site, start);
        List<TimedChange> changes = files.changes().map(changeReader::read).orElse(List.of());
        AskCheck.check(trace, site, changes);
        return new Scenario(site, trace, changes, start, notes(site, trace, changes, changeReader.ignored()));
    }

    /** Pools and nodes that are of no use to each other: most likely labels or selectors are wrong. */
    private static List<String> ofNodes(Site site, List<TimedChange> changes) {
        List<Site> sites = new ArrayList<>(List.of(site));
        changes.stream()
                .map(TimedChange::change)
                .filter(Change.Apply.class::isInstance)
                .forEach(apply -> sites.add(((Change.Apply) apply).site()));
        Fleet fleet = new Fleet();
        sites.forEach(s -> s.pools().forEach(fleet::putPool));
        sites.forEach(s -> s.nodes().forEach(fleet::putNode));
        List<String> notes = new ArrayList<>();
        fleet.pools().stream()
                .filter(pool -> fleet.nodes(pool.name()).isEmpty())
                .forEach(pool -> notes.add("GPUPool " + pool.name() + " has no nodes"));
        List<NodeFacts> without = new ArrayList<>();
        List<NodeFacts> disputed = new ArrayList<>();
        for (NodeFacts facts : sites.stream().flatMap(s -> s.nodes().stream()).toList()) {
            Optional<NodeState> state = fleet.node(facts.name());
            if (state.flatMap(NodeState::pool).isEmpty()) {
                without.add(facts);
            } else if (state.filter(s -> s.health() == NodeState.Health.DISPUTED)
                    .isPresent()) {
                disputed.add(facts);
            }
        }
        if (!without.isEmpty()) {
            notes.add("nodes of no GPUPool: " + without.size() + ", the first is "
                    + without.get(0).name()
                    + fleet.whyNoPool(without.get(0)).map(why -> ", " + why).orElse(""));
        }
        if (!disputed.isEmpty()) {
            notes.add("nodes that several GPUPools claim, so that they take no work: " + disputed.size()
                    + ", the first is " + disputed.get(0).name());
        }
        return notes;
    }

    private static List<String> notes(Site site, Trace trace, List<TimedChange> changes, List<String> ignored) {
        List<String> notes = new ArrayList<>();
        if (!ignored.isEmpty()) {
            notes.add("passed over in the manifests: " + String.join(", ", new TreeSet<>(ignored)));
        }
        notes.addAll(ofNodes(site, changes));
        if (trace.skipped() > 0) {
            notes.add(trace.skipped() + " rows of the trace hold no GPU work");
        }
        Set<String> served = new TreeSet<>();
        site.contracts().forEach(c -> served.add(c.tenant()));
        for (TimedChange change : changes) {
            if (change.change() instanceof Change.Apply apply) {
                apply.site().contracts().forEach(c -> served.add(c.tenant()));
            }
        }
        Set<String> strangers = trace.submissions().stream()
                .map(s -> s.ask().tenant())
                .filter(tenant -> !served.contains(tenant))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!strangers.isEmpty()) {
            notes.add("without a contract, so that nothing of theirs is placed: " + String.join(", ", strangers));
        }
        return notes;
    }
}
