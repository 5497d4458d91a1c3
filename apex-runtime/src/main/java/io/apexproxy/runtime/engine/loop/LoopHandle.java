package io.apexproxy.runtime.engine.loop;

import java.io.IOException;
import java.nio.channels.AsynchronousChannel;

/** The interface of a channel to its loop and its group. */
public interface LoopHandle extends AsynchronousChannel {

    /** Registers the channel with the transport of its loop. Called once, before all methods below. From any thread. */
    void register() throws IOException;

    /**
     * Deregisters the channel, which is closed or was refused by its group.
     *
     * @return whether {@link #closeSocket} must wait for the next poll of the transport
     */
    boolean deregister();

    /**
     * Handles readiness of the channel. On the loop's thread.
     *
     * @param operations a set of {@code SelectionKey.OP_*}
     */
    void ready(int operations);

    /** Closes the channel without waiting. From any thread. */
    void startClosing();

    /** Fails the pending operations of the closed channel, after this call has returned. On the loop's thread. */
    void failPending();

    /** Frees the descriptor. On the loop's thread if it runs. Never throws. */
    void closeSocket();
}
