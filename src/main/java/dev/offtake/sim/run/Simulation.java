package dev.offtake.sim.run;

import dev.offtake.fleet.Pool;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import dev.offtake.schedule.Journal;
import dev.offtake.schedule.WaitRules;
import dev.offtake.sim.input.Change;
import dev.offtake.sim.input.Oversold;
import dev.offtake.sim.input.Scenario;
import dev.offtake.sim.input.Site;
import dev.offtake.sim.input.Submission;
import dev.offtake.sim.input.TimedChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Plays a scenario. At each instant at which something happens: ends, then evicted pods go, then changes, then
 * submissions, then decisions until nothing more is decided. Writes, bindings and starts of pods take no time.
 */
public final class Simulation {
    private static final int ENDS = 0;
    private static final int LEAVES = 1;
    private static final int CHANGES = 2;
    private static final int SUBMISSIONS = 3;

    private final Scenario scenario;
    private final Instant start;
    private final long until;
    private final Decider decider;
    private final Meter meter;
    private final Gangs gangs;
    private final Nodes nodes;
    private final Wakes wakes;
    private final Agenda<Happening> agenda = new Agenda<>(Happening::isVoid);
    private final Map<String, Pool> pools = new LinkedHashMap<>();
    private final Map<String, Long> decided = new TreeMap<>();
    /** Reasons to wait that were told when only time had passed; they count once something happens after them. */
    private final List<Untold> untold = new ArrayList<>();

    private int submitted;

    private record Untold(Decision decision, long at) {}

    /**
     * How to play.
     *
     * @param until when it ends at the latest; empty for when nothing can happen any more
     * @param interval between two samples; empty for some hundreds of them
     * @param waits for how long gangs wait for something better or let others pass
     */
    public record Settings(Optional<Duration> until, Optional<Duration> interval, WaitRules waits) {}

    /** Hears how far it is. */
    public interface Progress {
        /**
         * Called after each instant at which something happened.
         *
         * @param at milliseconds after the begin
         * @param submitted gangs of the trace until then
         * @param decisions made until then
         */
        void at(long at, int submitted, long decisions);
    }

    /** @param journal told what the scheduler is told and decides */
    public Simulation(Scenario scenario, Settings settings, Journal journal) {
        this.scenario = scenario;
        start = scenario.start();
        until = settings.until().map(Duration::toMillis).orElse(Long.MAX_VALUE);
        decider = new Decider(journal);
        decider.apply(new Event.ProposeNoMoves());
        wakes = new Wakes(decider, start);
        settings.waits().events().forEach(decider::apply);
        meter = new Meter(decider, settings.interval(), interval(), poolNames(), tenantNames());
        gangs = new Gangs(decider, meter, start);
        nodes = new Nodes(decider, gangs, meter);
    }

    private Set<String> poolNames() {
        Set<String> names = new TreeSet<>();
        scenario.site().pools().forEach(p -> names.add(p.name()));
        for (TimedChange change : scenario.changes()) {
            if (change.change() instanceof Change.Apply apply) {
                apply.site().pools().forEach(p -> names.add(p.name()));
            }
        }
        return names;
    }

    private Set<String> tenantNames() {
        Set<String> names = new HashSet<>();
        scenario.trace().submissions().forEach(s -> names.add(s.ask().tenant()));
        return names;
    }

    private Duration interval() {
        List<Submission> all = scenario.trace().submissions();
        long span = Math.min(until, all.get(all.size() - 1).submit());
        return Intervals.ofAbout(Duration.ofMillis(span));
    }

    /** Plays it to its end; once. */
    public Result run(Progress progress) {
        apply(scenario.site());
        scenario.changes().forEach(c -> agenda.add(c.at(), CHANGES, new Happening.Changes(c.change())));
        addSubmission();
        long now = 0;
        long next = 0;
        while (next <= until && next != Long.MAX_VALUE) {
            if (agenda.next() <= next) {
                now = next;
                happen(now);
                decide(now);
            } else if (wakeUp(next)) {
                now = next;
            }
            progress.at(next, submitted, decisions());
            next = Math.min(agenda.next(), wake(next));
        }
        // Nobody measures for how long the last of them waits for ever.
        long end = until == Long.MAX_VALUE ? now : until;
        if (until != Long.MAX_VALUE) {
            tellAll();
        }
        meter.finish(end);
        gangs.finish(end);
        return new Result(
                start,
                end,
                meter.poolTotals(),
                meter.levelTotals(),
                meter.tenants(),
                meter.tenantTotals(),
                gangs.records(),
                meter.samples(),
                gangs.waits(end),
                decided,
                decider.scheduler().searches(),
                oversold(end),
                until == Long.MAX_VALUE ? gangs.waiting() : 0);
    }

    private List<Oversold> oversold(long end) {
        return scenario.oversold().stream()
                .filter(one -> !one.from().isAfter(start.plusMillis(end)))
                .toList();
    }

    private void happen(long now) {
        wakes.happens(now);
        tellAll();
        meter.advance(now);
        for (Optional<Happening> h = agenda.take(now); h.isPresent(); h = agenda.take(now)) {
            h.ifPresent(happening -> happen(happening, now));
        }
    }

    /**
     * Decides when only time has passed.
     *
     * @return whether more came of it than other reasons to wait
     */
    private boolean wakeUp(long now) {
        wakes.passes(now);
        meter.look(now);
        List<Decision> decisions = counted(start.plusMillis(now));
        boolean changes = decisions.stream().anyMatch(decision -> !(decision instanceof Decision.Explain));
        if (changes) {
            wakes.happens(now);
            tellAll();
            meter.advance(now);
            carryOut(decisions, now);
            decide(now);
        } else {
            decisions.forEach(decision -> untold.add(new Untold(decision, now)));
        }
        return changes;
    }

    /** Something happened after all, so that other reasons before it count. */
    private void tellAll() {
        for (Untold reason : untold) {
            carryOut(List.of(reason.decision()), reason.at());
        }
        untold.clear();
    }

    /** Promises change without an event; that matters as long as somebody waits or comes. */
    private long wake(long now) {
        boolean isAnyPlanned = agenda.next() != Long.MAX_VALUE;
        return isAnyPlanned || gangs.waiting() > 0 ? wakes.next(now, isAnyPlanned) : Long.MAX_VALUE;
    }

    private void happen(Happening happening, long now) {
        if (happening instanceof Happening.OfGang ofGang) {
            happen(ofGang.next(), now);
        } else if (happening instanceof Happening.Changes changes) {
            change(changes.change(), now);
        } else if (happening instanceof Happening.Submit submit) {
            gangs.submit(submit.submission(), pools.values(), now);
            addSubmission();
        }
    }

    private void happen(Next next, long now) {
        if (next instanceof Next.End end) {
            gangs.end(end.gang(), now);
        } else if (next instanceof Next.Leave leave) {
            gangs.leave(leave.gang(), now);
        } else if (next instanceof Next.Shrink shrink) {
            gangs.shrink(shrink.gang(), shrink.pods(), now);
        }
    }

    /** One at a time, so that the agenda stays small. */
    private void addSubmission() {
        List<Submission> all = scenario.trace().submissions();
        if (submitted < all.size()) {
            Submission next = all.get(submitted++);
            agenda.add(next.submit(), SUBMISSIONS, new Happening.Submit(next));
        }
    }

    private void change(Change change, long now) {
        if (change instanceof Change.OfNodes ofNodes) {
            nodes.change(ofNodes, now);
        } else if (change instanceof Change.DeleteContract delete) {
            decider.apply(new Event.RemoveContract(delete.name()));
        } else if (change instanceof Change.Apply apply) {
            apply(apply.site());
            if (!apply.site().pools().isEmpty()) {
                gangs.poolsChanged(pools.values());
            }
        }
    }

    private void apply(Site site) {
        site.pools().forEach(pool -> {
            pools.put(pool.name(), pool);
            decider.apply(new Event.PutPool(pool));
        });
        site.nodes().forEach(nodes::apply);
        site.contracts().forEach(contract -> decider.apply(new Event.PutContract(contract)));
        meter.supplyChanged();
    }

    private void decide(long now) {
        Instant instant = start.plusMillis(now);
        List<Decision> decisions = counted(instant);
        while (!decisions.isEmpty()) {
            carryOut(decisions, now);
            decisions = counted(instant);
        }
    }

    private List<Decision> counted(Instant now) {
        List<Decision> decisions = decider.decide(now);
        decisions.forEach(decision -> decided.merge(decision.getClass().getSimpleName(), 1L, Long::sum));
        return decisions;
    }

    private void carryOut(List<Decision> decisions, long now) {
        for (Decision decision : decisions) {
            gangs.carryOut(decision, now).ifPresent(this::plan);
        }
    }

    private void plan(Next next) {
        agenda.add(next.at(), next instanceof Next.End ? ENDS : LEAVES, new Happening.OfGang(next));
    }

    private long decisions() {
        long sum = 0;
        for (long count : decided.values()) {
            sum += count;
        }
        return sum;
    }
}
