package io.apexproxy.runtime.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A logger whose lines have the time of an earlier event instead of the time of writing. Any thread.
 *
 * <p>SLF4J cannot do this with Logback: {@code ch.qos.logback.classic.Logger.log(org.slf4j.event.LoggingEvent)} of
 * Logback 1.5 ignores the timestamp of the event and uses the current time. With Logback, as in the distribution, this
 * class therefore creates Logback's own event and passes it to the appenders. Turbo filters are only applied in
 * {@link #isInfoEnabled}, without the message. With any other SLF4J provider, lines have the time of writing.
 */
public final class BackdatedLogger {

    private static final String CALLER = BackdatedLogger.class.getName();

    private final Logger logger;
    private final boolean isLogback;

    /**
     * Creates a logger.
     *
     * @param name the name in the configuration of the log
     */
    public BackdatedLogger(String name) {
        this(LoggerFactory.getLogger(name));
    }

    /** Creates a logger that writes to a logger of any SLF4J provider. */
    BackdatedLogger(Logger logger) {
        this.logger = logger;
        this.isLogback = isLogback(logger);
    }

    private static boolean isLogback(Logger logger) {
        try {
            return Logback.isLogger(logger);
        } catch (LinkageError e) { // Logback is missing, or this module does not read it
            return false;
        }
    }

    /**
     * Returns whether lines of level INFO are written.
     *
     * @return whether the level of the logger includes INFO
     */
    public boolean isInfoEnabled() {
        return logger.isInfoEnabled();
    }

    /**
     * Writes a line of level INFO without a check of {@link #isInfoEnabled}. Appenders can block.
     *
     * @param epochMillis the time of the event, in milliseconds since the epoch
     * @param message the text, without placeholders
     * @param fields the key-value pairs of the line, in order
     */
    public void info(long epochMillis, String message, List<KeyValuePair> fields) {
        if (isLogback) {
            Logback.info(logger, epochMillis, message, fields);
        } else {
            LoggingEventBuilder builder = logger.atInfo();
            for (KeyValuePair field : fields) {
                builder = builder.addKeyValue(field.key, field.value);
            }
            builder.log(message);
        }
    }

    /** The code that uses Logback. The JVM loads this class on first use, because Logback is optional. */
    private static final class Logback {

        static boolean isLogger(Logger logger) {
            return logger instanceof ch.qos.logback.classic.Logger;
        }

        static void info(Logger logger, long epochMillis, String message, List<KeyValuePair> fields) {
            ch.qos.logback.classic.Logger target = (ch.qos.logback.classic.Logger) logger;
            LoggingEvent event = new LoggingEvent(CALLER, target, Level.INFO, message, null, null);
            event.setTimeStamp(epochMillis);
            event.setKeyValuePairs(fields);
            target.callAppenders(event);
        }
    }
}
