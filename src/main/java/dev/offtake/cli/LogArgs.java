package dev.offtake.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the process logs. Must be applied before the first logger is made: the log is set up by system properties. */
final class LogArgs {
    /** System property: name of a {@link Format}. */
    static final String FORMAT = "offtake.log.format";
    /** System property: name of a {@link Level}. */
    static final String LEVEL = "offtake.log.level";

    enum Format {
        JSON,
        PLAIN
    }

    enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    @Option(
            names = "--log-format",
            paramLabel = "json|plain",
            description = {
                "Form of the log on standard error. Default: plain on a terminal, else json.",
                "Environment: OFFTAKE_LOG_FORMAT"
            })
    private @Nullable Format format;

    @Option(
            names = "--log-level",
            paramLabel = "<level>",
            defaultValue = "info",
            description = {
                "error, warn, info, debug or trace, of Offtake itself; libraries say warnings only."
                        + " Default: ${DEFAULT-VALUE}.",
                "Environment: OFFTAKE_LOG_LEVEL"
            })
    private Level level = Level.INFO;

    // Right up to Java 21 and from 25 on; those between say that there is a terminal, and get plain lines.
    @SuppressWarnings("SystemConsoleNull")
    Format format() {
        if (format != null) {
            return format;
        }
        return System.console() == null ? Format.JSON : Format.PLAIN;
    }

    Level level() {
        return level;
    }

    void apply() {
        System.setProperty(FORMAT, format().name());
        System.setProperty(LEVEL, level.name());
    }
}
