package dev.offtake.cli;

import dev.offtake.operator.process.Leadership;
import dev.offtake.operator.process.OperatorContext;
import dev.offtake.operator.process.OperatorRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The command line with a working part that does nothing, as a program of its own. */
final class StandInOperator implements OperatorRuntime {
    /** Set in the environment: fails fatally as soon as it leads. */
    static final String FAIL = "STAND_IN_FAILS";

    private StandInOperator(OperatorContext context) {
        context.leadership().listen(new Leadership.Listener() {
            @Override
            public void onStartLeading() {
                if (System.getenv(FAIL) != null) {
                    context.fatal().report("the stand-in", new IllegalStateException("as asked"));
                }
            }

            @Override
            public void onStopLeading() {
                // It has nothing to end.
            }
        });
    }

    public static void main(String[] args) {
        System.exit(Main.commandLine(StandInOperator::new, Map.of(), Path.of("not-in-a-pod"))
                .execute(args));
    }

    @Override
    public void start() {
        // Nothing to read.
    }

    @Override
    public void stop(Duration limit) {
        // Nothing to end.
    }

    @Override
    public List<String> unsynced() {
        return List.of();
    }
}
