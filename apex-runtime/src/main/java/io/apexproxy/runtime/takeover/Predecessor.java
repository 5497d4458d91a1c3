package io.apexproxy.runtime.takeover;

/** A running process that this process takes over. Called on one thread. */
public interface Predecessor {

    /** Returns the number of the process. */
    long pid();

    /**
     * Announces the takeover. Until this process ends, the predecessor refuses takeovers by other processes. Blocks for
     * some seconds at most.
     *
     * @return what the predecessor hands over
     * @throws TakeoverException if the predecessor does not answer or refuses the takeover
     */
    Handover announce();

    /**
     * Requests that the predecessor stops listening, drains and ends. Blocks until it has stopped listening, for some
     * seconds at most. Does not throw: if the predecessor does not answer, it gets SIGTERM.
     */
    void retire();
}
