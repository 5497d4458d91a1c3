package io.apexproxy.runtime.engine.sim;

/** The interface of a channel to its loop. */
interface SimulatedChannel {

    /** Returns whether a pending operation can continue. */
    boolean isReady();

    /** Continues the pending operations that can continue. */
    void dispatch();

    /** Fails all pending operations of the closed channel, after this call has returned. */
    void failPending();

    /** Closes the socket and frees the descriptor. */
    void free();

    /** Closes the channel if it is open. */
    void startClosing();
}
