package dev.offtake.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;

/**
 * Sets the log up as {@link LogArgs} say, or plain and with warnings only for commands that have none. A file that is named
 * by {@code -Dlogback.configurationFile} goes first. It is code and no such file because reading one takes a twentieth of
 * the time in which the operator starts.
 */
@ConfiguratorRank(LogSetup.BEFORE_FILES)
public final class LogSetup extends ContextAwareBase implements Configurator {
    /** Files have rank 0. */
    static final int BEFORE_FILES = 5;

    private static final String FILE = "logback.configurationFile";
    /** On the class path of tests. */
    private static final String TEST_FILE = "logback-test.xml";

    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg %kvp{DOUBLE}%n";

    /** Their lower levels show requests, with their tokens. */
    private static final List<String> LIBRARIES = List.of("io.fabric8", "io.javaoperatorsdk", "io.vertx", "io.netty");

    /** Says that v1alpha1 is unstable, which is so by intention. */
    private static final String SAYS_UNSTABLE = "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (isForFiles()) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("log");
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context));
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        for (String library : LIBRARIES) {
            context.getLogger(library).setLevel(Level.WARN);
        }
        context.getLogger(SAYS_UNSTABLE).setLevel(Level.ERROR);
        context.getLogger("dev.offtake").setLevel(Level.toLevel(System.getProperty(LogArgs.LEVEL), Level.WARN));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static boolean isForFiles() {
        return System.getProperty(FILE) != null
                || (System.getProperty(LogArgs.FORMAT) == null
                        && LogSetup.class.getClassLoader().getResource(TEST_FILE) != null);
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
        if (LogArgs.Format.JSON.name().equals(System.getProperty(LogArgs.FORMAT))) {
            JsonLines json = new JsonLines();
            json.setContext(context);
            json.start();
            return json;
        }
        PatternLayoutEncoder plain = new PatternLayoutEncoder();
        plain.setContext(context);
        plain.setPattern(PATTERN);
        plain.start();
        return plain;
    }
}
