package io.apexproxy.config.toml;

import java.time.Duration;

/** Reports when a file has to be compared again. Used by one thread, except for {@link #close}. */
interface PathWatch extends AutoCloseable {

    /** Records the present state of the file. Later changes of it end {@link #await}. */
    void mark();

    /**
     * Waits for a change of the file.
     *
     * @param timeout the longest wait
     * @return true as soon as the file differs from the recorded state, which is then recorded; false after the
     *     timeout, after {@link #close} or if the thread is interrupted
     */
    boolean await(Duration timeout);

    /** Returns whether the file is so young that a further change could leave the recorded state as it is. */
    boolean isYoung();

    /** Ends the wait, and all later ones. */
    @Override
    void close();
}
