package io.apexproxy.runtime.engine.select;

import java.nio.channels.AsynchronousChannel;
import java.nio.channels.SelectionKey;

/** A channel as its loop and its group see it; attached to the selection key. */
interface LoopHandle extends AsynchronousChannel {
    /** The channel is known to the selector now. Once, before anything else. */
    void registered(SelectionKey key);

    SelectionKey key();

    /**
     * The selector found the channel ready. On the loop's thread.
     *
     * @param operations a set of {@code SelectionKey.OP_*}, a part of what the channel is interested in
     */
    void ready(int operations);

    /** Closes the channel without waiting for anything. From any thread. */
    void startClosing();

    /** The channel is closed: what is pending fails, but not within this call. On the loop's thread. */
    void failPending();

    /** The selector has forgotten the channel: frees the descriptor. On the loop's thread, or when there is none. */
    void closeSocket();
}
