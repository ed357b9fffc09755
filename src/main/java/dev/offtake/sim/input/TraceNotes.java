package dev.offtake.sim.input;

import dev.offtake.contract.Contract;
import dev.offtake.contract.Interval;
import dev.offtake.contract.SubTenant;
import dev.offtake.fleet.Pool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What in a trace lets gangs wait for years or for ever, as names that nothing has: it may be meant so, and may be a slip. */
final class TraceNotes {
    private static final int MOST = 10;

    private final List<Contract> contracts;
    private final Set<String> classes;
    private final Instant start;
    private final Map<String, Optional<Interval>> terms = new HashMap<>();
    /** What is wrong, with the line of the first gang that it is about and how many there are. */
    private final Map<String, Found> found = new LinkedHashMap<>();

    private final Map<String, Found> strangers = new LinkedHashMap<>();
    private final Map<String, Found> early = new LinkedHashMap<>();
    private final Map<String, Found> late = new LinkedHashMap<>();
    private final Map<Ask, List<String>> known = new LinkedHashMap<>();

    private record Found(long line, int gangs) {
        Found and(Found more) {
            return new Found(line, gangs + more.gangs());
        }
    }

    private TraceNotes(List<Site> sites, Instant start) {
        this.start = start;
        contracts = sites.stream().flatMap(s -> s.contracts().stream()).toList();
        classes = sites.stream()
                .flatMap(s -> s.pools().stream())
                .map(Pool::gpuClass)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** @param sites what there is at the begin, and what comes later */
    static List<String> of(Trace trace, List<Site> sites, Instant start) {
        TraceNotes notes = new TraceNotes(sites, start);
        trace.submissions().forEach(notes::look);
        List<String> all = new ArrayList<>(trace.notes());
        tell("without a contract, so that nothing of theirs is placed: ", notes.strangers, all);
        tell("with contracts whose terms begin later than they come, so that they wait until then: ", notes.early, all);
        tell("with contracts whose terms are over when they come, so that they wait for ever: ", notes.late, all);
        notes.found.entrySet().stream()
                .limit(MOST)
                .map(e -> trace.file() + ":" + e.getValue().line() + ": " + e.getKey() + "; gangs: "
                        + e.getValue().gangs())
                .forEach(all::add);
        if (notes.found.size() > MOST) {
            all.add(trace.file() + ": names that nothing has:" + more(notes.found.size()));
        }
        return all;
    }

    private static void tell(String what, Map<String, Found> tenants, List<String> notes) {
        if (!tenants.isEmpty()) {
            notes.add(what
                    + tenants.entrySet().stream()
                            .limit(MOST)
                            .map(e -> e.getKey() + " (line " + e.getValue().line() + ", gangs: "
                                    + e.getValue().gangs() + ")")
                            .collect(Collectors.joining(", "))
                    + more(tenants.size()));
        }
    }

    private static String more(int all) {
        return all > MOST ? " and " + (all - MOST) + " more" : "";
    }

    private void look(Submission submission) {
        Ask ask = submission.ask();
        Found one = new Found(submission.line(), 1);
        Instant now = start.plusMillis(submission.submit());
        Optional<Interval> term = terms.computeIfAbsent(ask.tenant(), this::term);
        if (term.isEmpty()) {
            strangers.merge(ask.tenant(), one, Found::and);
        } else if (now.isBefore(term.get().start())) {
            early.merge(ask.tenant(), one, Found::and);
        } else if (!now.isBefore(term.get().end())) {
            late.merge(ask.tenant(), one, Found::and);
        }
        known.computeIfAbsent(ask, this::problems).forEach(problem -> found.merge(problem, one, Found::and));
    }

    /** From the begin of the first term of a tenant to the end of the last. */
    private Optional<Interval> term(String tenant) {
        return contracts.stream()
                .filter(c -> c.tenant().equals(tenant))
                .map(Contract::term)
                .reduce((a, b) -> new Interval(
                        a.start().isBefore(b.start()) ? a.start() : b.start(),
                        a.end().isAfter(b.end()) ? a.end() : b.end()));
    }

    private List<String> problems(Ask ask) {
        List<String> problems = new ArrayList<>();
        List<Contract> own =
                contracts.stream().filter(c -> c.tenant().equals(ask.tenant())).toList();
        if (own.isEmpty()) {
            return problems;
        }
        ask.contract().flatMap(name -> contract(name, ask.tenant(), own)).ifPresent(problems::add);
        ask.subTenant().flatMap(name -> subTenant(name, own)).ifPresent(problems::add);
        for (String wish : ask.gpuClasses()) {
            if (!classes.contains(wish)) {
                problems.add(
                        "class: \"" + wish + "\" is the class of no GPUPool; use one of " + String.join(", ", classes));
            }
        }
        return problems;
    }

    private static Optional<String> contract(String name, String tenant, List<Contract> own) {
        return own.stream().anyMatch(c -> c.name().equals(name))
                ? Optional.empty()
                : Optional.of("contract: \"" + name + "\" is no contract of tenant " + tenant
                        + ", so that nothing is placed; use one of "
                        + own.stream().map(Contract::name).distinct().sorted().collect(Collectors.joining(", ")));
    }

    private static Optional<String> subTenant(String name, List<Contract> own) {
        Set<String> names = own.stream()
                .flatMap(c -> c.subTenants().stream())
                .map(SubTenant::name)
                .filter(known -> !known.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        return names.contains(name)
                ? Optional.empty()
                : Optional.of("sub_tenant: \"" + name
                        + "\" is listed in no contract of the tenant, and counts among the" + " others; "
                        + (names.isEmpty() ? "list it in spec.subTenants" : "use one of " + String.join(", ", names)));
    }
}
