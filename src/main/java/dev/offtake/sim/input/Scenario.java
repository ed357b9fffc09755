package dev.offtake.sim.input;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All that a simulation begins with.
 *
 * @param start the origin of the trace's times and of the changes'
 * @param changes in the order of their times
 * @param notes what is worth knowing and no error
 * @param oversold what is promised and not there by the time when the last gang comes, whoever uses it
 */
public record Scenario(
        Site site, Trace trace, List<TimedChange> changes, Instant start, List<String> notes, List<Oversold> oversold) {
    public Scenario {
        oversold = List.copyOf(oversold);
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
        TraceFormat format = TraceFormats.of(table);
        ManifestReader manifests = new ManifestReader();
        Path beside = files.trace().toAbsolutePath().resolveSibling("");
        if (files.manifests().isPresent()) {
            manifests.read(files.manifests().get());
            if (manifests.isEmpty()) {
                throw InputException.of(
                        files.manifests().get(), "has no objects; write GPUPools, TenantContracts and Nodes into it");
            }
        } else if (!format.addSite(manifests, beside, files.tenant())) {
            throw InputException.of(
                    files.trace(), "says nothing of nodes and contracts; name a directory with --manifests");
        }
        Trace whole = format.read(table, new TraceFormat.Settings(files.tenant(), manifests.gpuClasses()));
        Instant start =
                files.start().or(whole::origin).or(manifests::firstTerm).orElse(Instant.parse("2026-01-01T00:00:00Z"));
        Site site = manifests.site(start);
        Applied applied = new Applied();
        applied.add(site, manifests.written());
        ChangeReader changeReader =
                new ChangeReader(applied, start, whole.origin().orElse(start));
        List<TimedChange> changes = files.changes().map(changeReader::read).orElse(List.of());
        List<Site> sites = sites(site, changes);
        Trace trace = new PodSplit(sites, start).of(whole);
        AskCheck.check(trace, whole, sites);
        List<Oversold> oversold = Promises.check(site, changes, start, start.plusMillis(trace.last()));
        List<String> notes = new ArrayList<>(notes(sites, trace, start));
        trace.origin()
                .filter(origin -> !origin.equals(start))
                .ifPresent(origin -> notes.add("--start moves the trace, and the instants of the changes with it, from "
                        + origin + " to " + start + "; the terms of contracts stay"));
        notes.addAll(Oversold.notes(oversold));
        return new Scenario(site, trace, changes, start, notes, oversold);
    }

    /** What there is at the begin, and what comes later. */
    private static List<Site> sites(Site site, List<TimedChange> changes) {
        List<Site> sites = new ArrayList<>(List.of(site));
        changes.stream()
                .map(TimedChange::change)
                .filter(Change.Apply.class::isInstance)
                .forEach(apply -> sites.add(((Change.Apply) apply).site()));
        return sites;
    }

    private static List<String> notes(List<Site> sites, Trace trace, Instant start) {
        List<String> notes = new ArrayList<>();
        Set<String> ignored = new TreeSet<>();
        sites.forEach(s -> ignored.addAll(s.ignored()));
        if (!ignored.isEmpty()) {
            notes.add("passed over in the manifests: " + String.join(", ", ignored));
        }
        sites.forEach(s -> notes.addAll(s.notes()));
        notes.addAll(NodeNotes.of(sites));
        if (trace.skipped() > 0) {
            notes.add(trace.skipped() + " rows of the trace hold no GPU work");
        }
        notes.addAll(TraceNotes.of(trace, sites, start));
        return notes;
    }
}
