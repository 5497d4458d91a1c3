package io.apexproxy.runtime.engine.select;

import java.nio.channels.SelectionKey;

/** The operations that a channel wants the selector to report, as an addition to its key. On the loop's thread only. */
final class Interest {

    private SelectionKey key;
    private int operations;

    /** The channel is registered with the selector. Once, before anything else; from any thread. */
    void registered(SelectionKey registered) {
        key = registered;
    }

    SelectionKey key() {
        return key;
    }

    /**
     * Has the selector report when the channel is ready for this operation, in every turn until it is removed.
     *
     * @throws java.nio.channels.CancelledKeyException if the channel is closed
     */
    void add(int operation) {
        if ((operations & operation) == 0) {
            operations |= operation;
            key.interestOps(operations);
        }
    }

    /** The selector need not report it any more. */
    void remove(int operation) {
        if ((operations & operation) != 0 && key.isValid()) {
            operations &= ~operation;
            key.interestOps(operations);
        }
    }
}
