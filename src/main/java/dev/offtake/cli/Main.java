package dev.offtake.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the jar: one sub-command for each role of the process. */
@Command(
        name = "offtake",
        mixinStandardHelpOptions = true,
        description = "GPU capacity contracts for Kubernetes: promise, place, prove.")
public final class Main implements Runnable {
    private Main() {}

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
