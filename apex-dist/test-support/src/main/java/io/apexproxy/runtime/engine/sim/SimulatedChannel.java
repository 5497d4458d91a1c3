package io.apexproxy.runtime.engine.sim;

/** A channel as its loop sees it. */
interface SimulatedChannel {

    /** Returns whether an operation that waits could go on. */
    boolean isReady();

    /** Goes on with the operations that can. */
    void dispatch();

    /** Defers the failure of all pending operations: the channel was closed. */
    void failPending();

    /** Closes the socket and frees the descriptor. */
    void free();

    /** Closes the channel if it is open. */
    void startClosing();
}
