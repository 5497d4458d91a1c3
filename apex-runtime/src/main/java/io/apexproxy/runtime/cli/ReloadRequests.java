package io.apexproxy.runtime.cli;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/**
 * Folds requests for a reload: one reload at work and one more that is due, however many requests arrive. A pause
 * follows each reload, or a supervisor that signals in a loop would fill the log with reports of the same mistake.
 *
 * <p>The JVM creates a thread for each signal. The first of these threads runs the reloads; the others return at once.
 */
final class ReloadRequests {

    private static final int MOST = 2;
    /** At most four reloads a second. A single request does not wait. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** 0: idle; 1: a reload is at work; 2: another one follows. */
    private final AtomicInteger wanted = new AtomicInteger();
    private volatile Runnable reload = () -> { };

    /**
     * Sets what a request does. Requests before this are dropped, as there is no configuration yet.
     *
     * @param action reads the configuration again; may block
     */
    void serve(Runnable action) {
        reload = action;
    }

    /** Reloads, or leaves it to the thread that does so already. Any thread. */
    void request() {
        if (wanted.getAndUpdate(count -> Math.min(count + 1, MOST)) > 0) {
            return;
        }
        do {
            reload();
            LockSupport.parkNanos(PAUSE_NANOS);
        } while (wanted.decrementAndGet() > 0);
    }

    private void reload() {
        try {
            reload.run();
        } catch (RuntimeException | Error e) { // caught, as no later request would have an effect otherwise
            // no constant, as this class is used before the level of the log is set
            LoggerFactory.getLogger("apex").error("SIGHUP: the reload failed; the configuration in force stays", e);
        }
    }
}
