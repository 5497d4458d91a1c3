package io.apexproxy.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Records log lines of level INFO and above, and keeps them from the console, until it is closed. */
public final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger("apex");
    private final Logger access = (Logger) LoggerFactory.getLogger("apex.access");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> traces = new CopyOnWriteArrayList<>();

    /** Starts to record lines. */
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

    /** Returns the stack traces of recorded lines. */
    List<String> traces() {
        return traces;
    }

    /**
     * Returns the recorded lines.
     *
     * @return level and message of each line
     */
    public List<String> lines() {
        return lines;
    }

    /**
     * Counts the recorded lines that contain a text.
     *
     * @param part the text
     * @return the number of lines
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
