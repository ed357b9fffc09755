package dev.offtake.sim.run;

/** What interruptions of one cause took from a gang. Times are in milliseconds. */
public final class Toll {
    private int times;
    private long lost;
    private long restarts;

    void interrupted(long work) {
        times++;
        lost += work;
    }

    void restarted(long time) {
        restarts += time;
    }

    /** How often it was interrupted. */
    public int times() {
        return times;
    }

    /** Work since the last checkpoint that it had to do again. */
    public long lost() {
        return lost;
    }

    /** How long it ran afterwards until there was progress again. */
    public long restarts() {
        return restarts;
    }
}
