package io.apexproxy.config.toml;

import java.time.Duration;

/** Detection of changes of files. Only {@link #close} is thread-safe. */
interface PathWatch extends AutoCloseable {

    /**
     * Waits until a file differs from the recorded state, and records the new state. The first state is that of the
     * creation of the watch.
     *
     * @param timeout the maximum time to wait
     * @return {@code true} if a file changed, {@code false} if the timeout is over, the watch is closed or the thread
     *     is interrupted
     */
    boolean await(Duration timeout);

    /** Returns whether a file changed so recently that a further change can leave the recorded state the same. */
    boolean isYoung();

    /** Ends current and later waits immediately. */
    @Override
    void close();
}
