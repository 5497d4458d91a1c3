package io.apexproxy.runtime.engine.linux.uring;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations of one channel in the ring. Its channel is in the table of operations from the first operation until
 * the channel is closed and all of them are complete. On the loop's thread only.
 */
final class Operations {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    private final UringOwner owner;
    private final UringTransport transport;
    private boolean entered;
    private int index;
    /** Operations that are not complete. */
    private int pending;

    Operations(UringOwner owner, UringTransport transport) {
        this.owner = owner;
        this.transport = transport;
    }

    UringTransport transport() {
        return transport;
    }

    /**
     * Queues an operation.
     *
     * @param kind returned with the completion
     * @return the number of the operation, for {@link #withdraw}
     */
    int queue(int kind, int operation, long address, int bytes, int flags) throws IOException {
        if (!entered) {
            entered = true;
            index = transport.enter(owner);
        }
        int number = transport.queue(index, kind, operation, owner.descriptor(), address, bytes, flags);
        pending++;
        return number;
    }

    /** Makes an operation that is not submitted do nothing. It completes in any case. */
    void withdraw(int number) {
        transport.withdraw(number);
    }

    /** Queues the cancellation of all operations of a kind. They complete in any case. */
    void cancel(int kind) {
        try {
            transport.cancel(index, kind);
        } catch (IOException e) {
            LOG.error("operations of a connection are not cancelled: {}", e.getMessage());
        }
    }

    /** Records that an operation is complete. */
    void completed() {
        pending--;
    }

    boolean areComplete() {
        return pending == 0;
    }

    /** Removes the closed channel from the table, after all operations are complete. */
    void leave() {
        if (entered) {
            entered = false;
            transport.leave(index);
        }
    }
}
