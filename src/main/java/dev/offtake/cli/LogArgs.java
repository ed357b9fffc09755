package dev.offtake.cli;

/** How the process logs. Must be applied before the first logger is made: the log is set up by system properties. */
final class LogArgs extends OptionGroup {
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

    private final Option<Format> format = option(
            Format.class,
            "--log-format",
            "json|plain",
            "Form of the log on standard error. Default: plain on a terminal, else json.");

    private final Option<Level> level = option(
            Level.class,
            "--log-level",
            "<level>",
            "info",
            "error, warn, info, debug or trace, of Offtake itself; libraries say warnings only."
                    + " Default: ${DEFAULT-VALUE}.");

    Format format() {
        return format.given().orElseGet(LogArgs::defaultFormat);
    }

    // Right up to Java 21 and from 25 on; those between say that there is a terminal, and get plain lines.
    @SuppressWarnings("SystemConsoleNull")
    private static Format defaultFormat() {
        return System.console() == null ? Format.JSON : Format.PLAIN;
    }

    Level level() {
        return level.value();
    }

    void apply() {
        System.setProperty(FORMAT, format().name());
        System.setProperty(LEVEL, level().name());
    }
}
