package dev.offtake.cli;

import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Runs a command, and says if what it printed is lost: streams for printing tell nobody by themselves. */
final class WrittenOut implements IExecutionStrategy {
    private final PrintStream standard;

    /** @param standard where commands print to at last, if nothing else is said */
    WrittenOut(PrintStream standard) {
        this.standard = standard;
    }

    @Override
    public int execute(ParseResult parsed) {
        int code = new RunLast().execute(parsed);
        List<CommandLine> commands = parsed.asCommandLineList();
        CommandLine last = commands.get(commands.size() - 1);
        // Both, as a writer onto the stream sees none of its failures. Each is flushed first.
        boolean lost = last.getOut().checkError();
        lost |= standard.checkError();
        if (!lost) {
            return code;
        }
        last.getErr()
                .println("offtake: cannot write to standard output: it is on a full disk, or nobody reads it any more;"
                        + " what was printed is not whole");
        last.getErr().flush();
        return code == CommandLine.ExitCode.OK ? last.getCommandSpec().exitCodeOnExecutionException() : code;
    }
}
