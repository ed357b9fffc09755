package dev.offtake.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IScope;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options that belong together. They are declared in code and not by annotations: to read those takes reflection, for
 * which the JVM writes classes, and the operator would wait for it.
 */
abstract class OptionGroup {
    private static final IScope SOME_SCOPE = new SomeScope();

    /** As the help tells them. */
    private final List<OptionSpec> options = new ArrayList<>();

    /**
     * One more option, which has no value if it is left out.
     *
     * @param label how the help calls its value
     */
    final <T> Option<T> option(Class<T> type, String name, String label, String description) {
        return add(type, describe(name, label, description));
    }

    /** One more option, which has this value if it is left out. */
    final <T> Option<T> option(Class<T> type, String name, String label, String defaultValue, String description) {
        return add(type, describe(name, label, description).defaultValue(defaultValue));
    }

    /** One more option, which is {@code true} if it is left out or given without a value. */
    final Option<Boolean> switchedOn(String name, String description) {
        return add(
                Boolean.class,
                describe(name, "true|false", description)
                        .defaultValue("true")
                        .arity("0..1")
                        .fallbackValue("true"));
    }

    private static OptionSpec.Builder describe(String name, String label, String description) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .description(description, "Environment: " + EnvironmentDefaults.variable(name));
    }

    private <T> Option<T> add(Class<T> type, OptionSpec.Builder option) {
        OptionSpec spec = option.type(type).scope(SOME_SCOPE).build();
        options.add(spec);
        return new Option<>(spec);
    }

    /** Gives the options to a command, below no heading. */
    final void addTo(CommandSpec command) {
        options.forEach(command::addOption);
    }

    /** Gives the options to a command, below a heading that follows those before. */
    final void addTo(CommandSpec command, String heading) {
        ArgGroupSpec.Builder group = ArgGroupSpec.builder()
                .validate(false)
                // Else picocli writes a synopsis for its trace, whose regular expressions the operator waits for.
                .exclusive(false)
                .order(command.argGroups().size())
                .heading("%n" + heading + ":%n");
        options.forEach(group::addArg);
        command.addArgGroup(group.build());
    }

    /** Picocli gives no default to an option below a heading whose scope is empty, as it is where none is set. */
    private static final class SomeScope implements IScope {
        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        public <T> T get() {
            return (T) this;
        }

        @Override
        public <T> T set(T value) {
            throw new UnsupportedOperationException("each option keeps its own value");
        }
    }
}
