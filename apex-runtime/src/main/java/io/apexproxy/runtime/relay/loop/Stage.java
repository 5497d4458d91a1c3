package io.apexproxy.runtime.relay.loop;

import io.apexproxy.runtime.relay.record.Cause;

/**
 * A stage of a session. It passes its result to its owner and never calls another stage. On the loop's thread only.
 */
public interface Stage {

    /**
     * Handles expired timeouts.
     *
     * @param now the running time of the loop, in nanoseconds
     * @return when to call this method next, in running time; ignored if the stage has ended
     */
    long expire(long now);

    /** Returns when to call {@link #expire} next, in running time. Called again after timeouts have changed. */
    long due();

    /** Ends the session for an external cause: closes the channels and reports the cause to the owner. */
    void abort(Cause cause);
}
