package io.apexproxy.runtime.engine.linux.epoll;

import io.apexproxy.runtime.engine.linux.NativeHandle;

/** A channel that is registered with an {@link EpollTransport}. */
interface EpollHandle extends NativeHandle {

    /**
     * Records events and translates them to operations. On the loop's thread.
     *
     * @param events a set of {@code EPOLL*}
     * @return a set of {@code SelectionKey.OP_*}
     */
    int translate(int events);
}
