package io.apexproxy.runtime.cli.process;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/**
 * The pending reload requests of SIGHUP. Requests during a reload are combined into one further reload. A pause follows
 * each reload, so that a supervisor that signals in a loop does not fill the log.
 *
 * <p>The JVM creates a thread for each signal. The first of these threads runs the reloads; the others return at once.
 */
public final class ReloadRequests {

    private static final int MAX_PENDING = 2;
    /** Limits reloads to four per second. A single request is not delayed. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** 0: idle; 1: a reload or its pause is in progress; 2: another reload follows. */
    private final AtomicInteger pending = new AtomicInteger();
    private volatile Runnable reload = () -> {};

    /**
     * Sets the action of a request, which can block. Earlier requests are dropped, because no configuration has been
     * read yet.
     */
    public void onRequest(Runnable action) {
        reload = action;
    }

    /** Runs a reload, or requests a further one from the thread that already runs a reload. Any thread. */
    public void request() {
        if (pending.getAndUpdate(count -> Math.min(count + 1, MAX_PENDING)) > 0) {
            return;
        }
        do {
            reload();
            LockSupport.parkNanos(PAUSE_NANOS);
        } while (pending.decrementAndGet() > 0);
    }

    private void reload() {
        try {
            reload.run();
        } catch (RuntimeException | Error e) { // otherwise later requests would have no effect
            // no constant, because this class is used before the log level is set
            LoggerFactory.getLogger("apex").error("SIGHUP: reload failed; the previous configuration stays in force",
                    e);
        }
    }
}
