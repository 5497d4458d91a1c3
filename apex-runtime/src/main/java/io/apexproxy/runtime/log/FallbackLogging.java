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
 * The log of a process whose {@code conf/logback.xml} cannot be used. Logback prints what is wrong, and then nothing
 * more: Apex would serve without a word.
 */
public final class FallbackLogging {

    /** Logback's own property, which {@code bin/apex} sets: where it is, Logback is the log. */
    private static final String FILE = "logback.configurationFile";

    /** As in {@code conf/logback.xml}; lines of the access log are in their key-values. */
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %logger: %msg%replace( %kvp{NONE}){'^ $', ''}%n%ex";

    private FallbackLogging() {
    }

    /**
     * Lets the log go to standard output, if its configuration has led nowhere. To be called before anything is logged.
     *
     * @param level from which on Apex logs
     */
    public static void takeIfNeeded(String level) {
        String file = System.getProperty(FILE);
        if (file != null && LoggerFactory.getILoggerFactory() instanceof LoggerContext context && isSilent(context)) {
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
            context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console(context));
            Logger apex = context.getLogger("apex");
            apex.setLevel(Level.toLevel(level, Level.INFO));
            apex.error("{} cannot be used, what is printed above says why: the log goes to standard output", file);
        }
    }

    /** Who has a log without appenders on purpose has no error in its configuration. */
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
