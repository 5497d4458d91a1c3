package io.apexproxy.runtime.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.status.StatusUtil;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * The log of a process with an invalid {@code conf/logback.xml}. In that case Logback prints the error and then logs
 * nothing.
 */
public final class FallbackLogging {

    /** The property with which {@code bin/apex} configures Logback; not set if the log is not Logback. */
    private static final String FILE = "logback.configurationFile";

    /** The pattern of {@code conf/logback.xml}, plus key-value pairs for access lines. */
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %logger: %msg%replace( %kvp{NONE}){'^ $', ''}%n%ex";

    private FallbackLogging() {
    }

    /**
     * Logs to standard output if the configuration of Logback is invalid. Call it before the first log line.
     *
     * @param level the level of the logger {@code apex}
     */
    public static void installIfNeeded(String level) {
        String file = System.getProperty(FILE);
        if (file != null && LoggerFactory.getILoggerFactory() instanceof LoggerContext context && isSilent(context)) {
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
            context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console(context));
            Logger apex = context.getLogger("apex");
            apex.setLevel(Level.toLevel(level, Level.INFO));
            apex.error("{} is not valid, see the messages of Logback above; the log goes to standard output", file);
        }
    }

    /** Returns whether there is no appender because of an error. A valid configuration can have no appenders. */
    private static boolean isSilent(LoggerContext context) {
        return !context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders().hasNext()
                && !context.getLogger("apex").iteratorForAppenders().hasNext()
                && new StatusUtil(context).getHighestLevel(0) == Status.ERROR;
    }

    private static StandardOutputAppender console(LoggerContext context) {
        PatternLayout layout = new PatternLayout();
        layout.getInstanceConverterMap().putAll(Map.of("msg", CleanMessageConverter::new,
                "kvp", CleanKeyValueConverter::new, "ex", CleanThrowableConverter::new));
        layout.setContext(context);
        layout.setPattern(PATTERN);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        StandardOutputAppender console = new StandardOutputAppender();
        console.setContext(context);
        console.setEncoder(encoder);
        console.start();
        return console;
    }
}
