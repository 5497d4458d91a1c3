package io.apexproxy.test;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Records the lines of a logger and of those below it, and keeps them from the console, until it is closed. Closing it
 * restores the levels. Lists are in the order of the calls. Any thread.
 */
public final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final Map<Logger, Level> levelsBefore = new LinkedHashMap<>();
    private final Logger logger;

    private LogCapture(String name, Level level) {
        logger = change(name, level);
        logger.setAdditive(false);
        logger.addAppender(this);
        start();
    }

    /** Records all lines of Apex at INFO and above, except the access log, which is off meanwhile. */
    public static LogCapture ofApex() {
        LogCapture capture = of("apex");
        capture.change("apex.access", Level.OFF);
        return capture;
    }

    /** Records lines at INFO and above. */
    public static LogCapture of(String logger) {
        return of(logger, Level.INFO);
    }

    /** Records lines at a level and above. */
    public static LogCapture of(String logger, Level level) {
        return new LogCapture(logger, level);
    }

    private Logger change(String name, Level level) {
        Logger changed = (Logger) LoggerFactory.getLogger(name);
        levelsBefore.put(changed, changed.getLevel());
        changed.setLevel(level);
        return changed;
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        events.add(event);
    }

    /** Returns the events. */
    public List<ILoggingEvent> events() {
        return events;
    }

    /** Returns level and message of each line, such as {@code WARN pools.web: no backends}. */
    public List<String> lines() {
        return events.stream().map(event -> event.getLevel() + " " + event.getFormattedMessage()).toList();
    }

    /** Returns the messages, each with the message of its exception in brackets. */
    public List<String> messages() {
        return events.stream().map(event -> event.getFormattedMessage() + (event.getThrowableProxy() == null ? ""
                : " [" + event.getThrowableProxy().getMessage() + "]")).toList();
    }

    /** Returns the number of lines that contain a text. */
    public long count(String part) {
        return lines().stream().filter(line -> line.contains(part)).count();
    }

    /** Returns the stack traces, one for each line that has an exception. */
    public List<String> traces() {
        return events.stream().filter(event -> event.getThrowableProxy() != null)
                .map(event -> ThrowableProxyUtil.asString(event.getThrowableProxy())).toList();
    }

    /** Returns the value of a structured field in each line that has the field. */
    public List<String> values(String key) {
        return events.stream().flatMap(event -> event.getKeyValuePairs() == null ? Stream.empty()
                : event.getKeyValuePairs().stream()).filter(pair -> pair.key.equals(key))
                .map(pair -> String.valueOf(pair.value)).toList();
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setAdditive(true);
        levelsBefore.forEach(Logger::setLevel);
    }
}
