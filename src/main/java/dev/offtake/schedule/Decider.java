package dev.offtake.schedule;

import dev.offtake.placement.Views;
import java.time.Instant;
import java.util.List;

/** A scheduler and the journal of its life: whatever it is told passes here. */
public final class Decider {
    private final Scheduler scheduler = new Scheduler();
    private final Journal journal;
    private boolean told = true;

    /** A scheduler that knows nothing yet. */
    public Decider(Journal journal) {
        this.journal = journal;
        journal.begun();
    }

    /** Tells the scheduler something. */
    public void apply(Event event) {
        journal.applied(event);
        event.applyTo(scheduler);
        told = true;
    }

    /** Decides everything that can be decided at {@code now}. */
    public List<Decision> decide(Instant now) {
        boolean due = told || scheduler.isDue(now);
        List<Decision> decisions = scheduler.decide(now);
        told = false;
        if (due || !decisions.isEmpty()) {
            journal.decided(now, decisions);
        }
        return decisions;
    }

    /** To be called between decisions where somebody waits for the next one; nobody does in a simulation. */
    public void settle() {
        scheduler.settle();
    }

    /** What others may see now. */
    public Views views() {
        journal.applied(new Event.Look());
        return Views.of(scheduler.cluster());
    }

    /** To be asked only: what is told to it directly is in no journal. */
    public Scheduler scheduler() {
        return scheduler;
    }
}
