package io.apexproxy.runtime.plugin;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** An appender that captures the lines of the plugin package at WARN and above until it is closed. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger("apex.plugin");
    private final List<String> lines = new CopyOnWriteArrayList<>();

    LogLines() {
        logger.setAdditive(false);
        logger.setLevel(Level.WARN);
        logger.addAppender(this);
        start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        String thrown = event.getThrowableProxy() == null ? "" : " [" + event.getThrowableProxy().getMessage() + "]";
        lines.add(event.getFormattedMessage() + thrown);
    }

    /** Returns the messages, each with the message of its exception in brackets. */
    List<String> list() {
        return lines;
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setAdditive(true);
    }
}
