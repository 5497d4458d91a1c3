package io.apexproxy.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What Apex logs at INFO and above, kept instead of written, until it is closed. */
public final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger("apex");
    private final Logger access = (Logger) LoggerFactory.getLogger("apex.access");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> traces = new CopyOnWriteArrayList<>();

    /** Begins to keep lines. */
    public LogCapture() {
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
        access.setLevel(Level.OFF);
        logger.addAppender(this);
        start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getThrowableProxy() != null) {
            traces.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        lines.add(event.getLevel() + " " + event.getFormattedMessage());
    }

    /** The stack traces of what came with one. */
    List<String> traces() {
        return traces;
    }

    /**
     * Returns what was logged so far.
     *
     * @return each line with its level in front
     */
    public List<String> lines() {
        return lines;
    }

    /**
     * Counts lines.
     *
     * @param part what they contain
     * @return how many there are so far
     */
    public long count(String part) {
        return lines.stream().filter(line -> line.contains(part)).count();
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setAdditive(true);
        access.setLevel(null);
    }
}
