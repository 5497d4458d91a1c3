package io.apexproxy.runtime.engine.select;

import java.nio.channels.AsynchronousChannel;
import java.nio.channels.SelectionKey;

/** The interface of a channel to its loop and its group; the attachment of the selection key. */
interface LoopHandle extends AsynchronousChannel {
    /** Receives the selection key. Called once, before all other methods. */
    void registered(SelectionKey key);

    SelectionKey key();

    /**
     * Handles readiness of the channel. On the loop's thread.
     *
     * @param operations a set of {@code SelectionKey.OP_*}, a subset of the interest of the channel
     */
    void ready(int operations);

    /** Closes the channel without waiting. From any thread. */
    void startClosing();

    /** Fails the pending operations of the closed channel, after this call has returned. On the loop's thread. */
    void failPending();

    /** Frees the descriptor, after the selector has deregistered the channel. On the loop's thread if it runs. */
    void closeSocket();
}
