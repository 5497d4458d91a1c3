package io.apexproxy.runtime.engine.linux;

import io.apexproxy.runtime.engine.loop.LoopHandle;

/** A channel that is registered with an {@link EpollTransport}. */
interface EpollHandle extends LoopHandle {

    /** Returns the descriptor of the socket. */
    int descriptor();

    /** Returns the number of the registration, which no other registration of the transport has. */
    int registration();

    /**
     * Records events and translates them to operations. On the loop's thread.
     *
     * @param events a set of {@code EPOLL*}
     * @return a set of {@code SelectionKey.OP_*}
     */
    int translate(int events);
}
