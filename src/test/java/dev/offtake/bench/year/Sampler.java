package dev.offtake.bench.year;

import java.util.ArrayList;
import java.util.List;

/** Looks every few milliseconds where a thread is, to say which packages its time goes to. */
final class Sampler implements AutoCloseable {
    private static final long EVERY_MILLIS = 5;

    private final List<StackTraceElement[]> stacks = new ArrayList<>();
    private final Thread watched = Thread.currentThread();
    private final Thread sampler = new Thread(this::sample, "sampler");
    private volatile boolean over;

    /** Begins with the thread that calls. */
    Sampler() {
        sampler.setDaemon(true);
        sampler.start();
    }

    private void sample() {
        while (!over) {
            stacks.add(watched.getStackTrace());
            try {
                Thread.sleep(EVERY_MILLIS);
            } catch (InterruptedException ended) {
                over = true;
            }
        }
    }

    @Override
    public void close() {
        over = true;
        try {
            sampler.join();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** The part of the time in which the innermost code of this project was of a package; after {@link #close}. */
    double share(String packageName) {
        long in = stacks.stream().filter(stack -> isIn(stack, packageName)).count();
        return 100.0 * in / Math.max(1, stacks.size());
    }

    private static boolean isIn(StackTraceElement[] stack, String packageName) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().startsWith("dev.offtake.")) {
                return frame.getClassName().startsWith("dev.offtake." + packageName + ".");
            }
        }
        return false;
    }
}
