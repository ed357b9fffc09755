package dev.offtake.sim.run;

import dev.offtake.sim.input.Submission;

/** What became of a gang. Times are in milliseconds after the begin of the simulation; -1 for what did not happen. */
public final class GangRecord {
    private final Submission submission;
    private final Toll lostNodes = new Toll();
    private final Toll evictions = new Toll();
    long start = -1;
    long end = -1;
    String commitment = "";
    String tier = "";
    String lastReason = "";

    GangRecord(Submission submission) {
        this.submission = submission;
    }

    public Submission submission() {
        return submission;
    }

    /** When it first ran. */
    public long start() {
        return start;
    }

    /** When it was done. */
    public long end() {
        return end;
    }

    /** What it cost it that nodes were lost on which it ran. */
    public Toll lostNodes() {
        return lostNodes;
    }

    /** What it cost it that others took back GPUs that were lent to it. */
    public Toll evictions() {
        return evictions;
    }

    /** On whose account it ran last; empty if it never did. */
    public String commitment() {
        return commitment;
    }

    /** The tier that it was placed in last; empty if it never was. */
    public String tier() {
        return tier;
    }

    /** The last reason for which it waited; empty if it never did. */
    public String lastReason() {
        return lastReason;
    }

    public boolean isStarted() {
        return start >= 0;
    }

    public boolean isFinished() {
        return end >= 0;
    }

    /** Milliseconds from submission to first start; only of a gang that {@link #isStarted}. */
    public long waited() {
        return start - submission.submit();
    }

    public int gpus() {
        return submission.ask().pods() * submission.ask().gpus();
    }
}
