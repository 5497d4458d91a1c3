package io.apexproxy.runtime.engine.linux.uring;

import io.apexproxy.runtime.engine.linux.NativeHandle;
import io.apexproxy.runtime.engine.loop.Transport;

/** A channel with operations in a ring. It stays in the table of operations until all of them are complete. */
interface UringOwner extends NativeHandle {

    /**
     * Records a completion. On the loop's thread.
     *
     * @param kind the kind of the operation, as it was queued
     * @param result the result of the system call, or the negated error number
     * @param flags the flags of the completion, {@code IORING_CQE_F_*}
     */
    void completed(int kind, int result, int flags);

    /** Dispatches what {@link #completed} has recorded. On the loop's thread. */
    void dispatch(Transport.Dispatcher dispatcher);
}
