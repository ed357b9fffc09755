package dev.offtake.cli;

import dev.offtake.sim.run.Simulation;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** How far a simulation is, in one line that is written over; nothing where nobody looks at it. */
final class ProgressLine implements Simulation.Progress, AutoCloseable {
    private static final long EVERY = Duration.ofMillis(200).toNanos();
    private static final int LOOK_EVERY = 64;
    private static final int WIDTH = 78;

    private final PrintWriter terminal;
    private final int gangs;
    private final boolean shown;
    private long last = System.nanoTime();
    private int calls;

    private ProgressLine(PrintWriter terminal, int gangs, boolean shown) {
        this.terminal = terminal;
        this.gangs = gangs;
        this.shown = shown;
    }

    /** @param gangs of the whole trace */
    static ProgressLine on(PrintWriter terminal, int gangs) {
        return new ProgressLine(terminal, gangs, StandardError.isTerminal());
    }

    @Override
    public void at(long at, int submitted, long decisions) {
        if (!shown || ++calls % LOOK_EVERY != 0 || System.nanoTime() - last < EVERY) {
            return;
        }
        last = System.nanoTime();
        String line = String.format(
                Locale.ROOT,
                "day %.1f, %d of %d gangs (%d %%), %d decisions",
                at / 86_400_000.0,
                submitted,
                gangs,
                100L * submitted / Math.max(1, gangs),
                decisions);
        terminal.print("\r" + line + " ".repeat(Math.max(0, WIDTH - line.length())));
        terminal.flush();
    }

    @Override
    public void close() {
        if (shown) {
            terminal.print("\r" + " ".repeat(WIDTH) + "\r");
            terminal.flush();
        }
    }
}
