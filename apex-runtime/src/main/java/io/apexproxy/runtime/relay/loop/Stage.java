package io.apexproxy.runtime.relay.loop;

import io.apexproxy.runtime.relay.record.Cause;

/**
 * A part of a connection's way through the relay. It is dropped when it is done; it hands its result to its owner and
 * never calls a later stage. On the loop's thread only.
 */
public interface Stage {

    /**
     * Acts on timeouts that are due.
     *
     * @param now running time of the loop, in nanoseconds
     * @return when to call this next; ignored if the stage has ended
     */
    long expire(long now);

    /** Returns when {@link #expire} should be called next if timeouts have changed, in running time. */
    long due();

    /**
     * Ends the connection for a cause outside of it: closes the channels, and reports the cause to the owner.
     *
     * @param cause goes to the log and the metrics
     */
    void abort(Cause cause);
}
