package io.apexproxy.runtime.stats;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log lines of a limit: a WARN line when it is reached, another every minute, and an INFO line when it is not
 * reached any more.
 *
 * <p>The INFO line follows after 5 s, so that a limit that is reached many times per second does not fill the log. Any
 * thread. The methods take a lock, so they must not be called per connection.
 */
public final class LimitWatch {

    private static final Logger LOG = LoggerFactory.getLogger("apex.limit");
    /** Time between two WARN lines. */
    private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** Time without a call of {@link #reached} before the INFO line. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String subject;
    private final LongSupplier nanoTime;
    @GuardedBy("this")
    private boolean reached;
    @GuardedBy("this")
    private long since;
    @GuardedBy("this")
    private long last;
    @GuardedBy("this")
    private long warned;

    /**
     * Creates a watch of a limit that is not reached.
     *
     * @param subject the name of the limit, which begins each line, such as {@code listeners.web: max_connections}
     */
    public LimitWatch(String subject) {
        this(subject, System::nanoTime);
    }

    /** Creates a watch with a clock, for tests. */
    LimitWatch(String subject, LongSupplier nanoTime) {
        this.subject = subject;
        this.nanoTime = nanoTime;
    }

    /**
     * Records that the limit is reached now. Logs a WARN line if one is due.
     *
     * @param situation returns the limit, the consequence and the action; called only for a line
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

    /** Logs an INFO line if the limit was reached and has not been reached for 5 s. Call it every second. */
    public synchronized void check() {
        long now = nanoTime.getAsLong();
        if (reached && now - last >= QUIET_NANOS) {
            reached = false;
            LOG.info("{}: limit no longer reached, after {} s", subject,
                    Duration.ofNanos(last - since).toSeconds());
        }
    }

    /** Returns whether the limit is reached, or was reached within the last 5 s. */
    public synchronized boolean isReached() {
        return reached;
    }
}
