package io.apexproxy.runtime.stats;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that a limit is reached: a WARN at once, another one every minute while it lasts, and an INFO when it is over.
 *
 * <p>A limit is over when it was not reached for a few seconds. So a limit that is reached and left many times a second
 * does not fill the log. Any thread; not for the path of each connection.
 */
public final class LimitWatch {

    private static final Logger LOG = LoggerFactory.getLogger("apex.limit");
    /** From one WARN to the next. */
    private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** How long a limit must not have been reached. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String subject;
    private final LongSupplier nanoTime;
    private boolean reached;
    private long since;
    private long last;
    private long warned;

    /**
     * Creates a watch of a limit that is not reached.
     *
     * @param subject what is limited, at the beginning of each line: {@code listeners.web: max_connections}
     */
    public LimitWatch(String subject) {
        this(subject, System::nanoTime);
    }

    /** Uses another clock, for tests. */
    LimitWatch(String subject, LongSupplier nanoTime) {
        this.subject = subject;
        this.nanoTime = nanoTime;
    }

    /**
     * Notes that the limit is reached at this moment.
     *
     * @param situation the limit, the consequence and the action, for the log; asked only if a line is due
     */
    public synchronized void reached(Supplier<String> situation) {
        long now = nanoTime.getAsLong();
        last = now;
        if (!reached) {
            reached = true;
            since = now;
        } else if (now - warned < PERIOD_NANOS) {
            return;
        }
        warned = now;
        LOG.warn("{}: {}", subject, situation.get());
    }

    /** Logs that the limit is over, if it was reached and was not for a few seconds; to be called every second. */
    public synchronized void check() {
        long now = nanoTime.getAsLong();
        if (reached && now - last >= QUIET_NANOS) {
            reached = false;
            LOG.info("{}: limit no longer reached, after {} s", subject,
                    Duration.ofNanos(last - since).toSeconds());
        }
    }

    /** Returns whether the limit is reached, or was a few seconds ago. */
    public synchronized boolean isReached() {
        return reached;
    }
}
