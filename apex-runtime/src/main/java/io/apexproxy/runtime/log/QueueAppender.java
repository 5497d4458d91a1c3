package io.apexproxy.runtime.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * An {@link AsyncAppender} that never blocks. It counts dropped lines and logs the count when the queue has room again,
 * which Logback's own appender does not.
 */
public final class QueueAppender extends AsyncAppender {

    /** Time that the exit of the process waits for the queue. The default of Logback is 1,000 ms. */
    private static final int FLUSH_MILLIS = 500;

    private final LogThrottle throttle = new LogThrottle();
    /** Makes the check for room and the insertion atomic. No thread waits for the output while it holds the lock. */
    private final Object lock = new Object();
    @GuardedBy("lock")
    private long unreported;

    /** Creates an appender without a configuration. Called by Logback. */
    public QueueAppender() {
        setNeverBlock(true);
        setMaxFlushTime(FLUSH_MILLIS);
    }

    @Override
    protected void append(ILoggingEvent line) {
        synchronized (lock) {
            if (hasRoomFor(line)) {
                super.append(line);
                reportDropped();
            } else {
                unreported++;
                DroppedLines.addOne(line.getLoggerName());
            }
        }
    }

    private boolean hasRoomFor(ILoggingEvent line) {
        return getRemainingCapacity() > 0 && !(isQueueBelowDiscardingThreshold() && isDiscardable(line));
    }

    @GuardedBy("lock")
    private void reportDropped() {
        if (unreported > 0 && getRemainingCapacity() > 0 && throttle.permits()) {
            Logger logger = ((LoggerContext) getContext()).getLogger("apex");
            super.append(new LoggingEvent(QueueAppender.class.getName(), logger, Level.WARN,
                    "log: {} lines dropped: the output is too slow", null, new Object[] {unreported}));
            unreported = 0;
        }
    }
}
