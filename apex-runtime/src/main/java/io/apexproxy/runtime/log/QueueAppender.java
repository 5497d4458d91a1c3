package io.apexproxy.runtime.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;

/**
 * Logback's queue before an output that may be slow, which never blocks, and other than Logback's counts what it drops
 * and tells of it in the log, when there is a place again.
 */
public final class QueueAppender extends AsyncAppender {

    /** How long the end of the process waits until the queue is written. Logback's own default is twice as long. */
    private static final int FLUSH_MILLIS = 500;

    private final LogThrottle throttle = new LogThrottle();
    /** Who finds a place must get it. Nobody waits for the output in here, and the queue itself has a lock, too. */
    private final Object places = new Object();
    private long unreported;

    /** Creates an appender that is to be configured: called by Logback. */
    public QueueAppender() {
        setNeverBlock(true);
        setMaxFlushTime(FLUSH_MILLIS);
    }

    @Override
    protected void append(ILoggingEvent line) {
        synchronized (places) {
            if (hasPlaceFor(line)) {
                super.append(line);
                tell();
            } else {
                unreported++;
                DroppedLines.addOne(line.getLoggerName());
            }
        }
    }

    private boolean hasPlaceFor(ILoggingEvent line) {
        return getRemainingCapacity() > 0 && !(isQueueBelowDiscardingThreshold() && isDiscardable(line));
    }

    private void tell() {
        if (unreported > 0 && getRemainingCapacity() > 0 && throttle.permits()) {
            Logger logger = ((LoggerContext) getContext()).getLogger("apex");
            super.append(new LoggingEvent(QueueAppender.class.getName(), logger, Level.WARN,
                    "log: {} lines dropped, as the output does not take them in time", null,
                    new Object[] {unreported}));
            unreported = 0;
        }
    }
}
