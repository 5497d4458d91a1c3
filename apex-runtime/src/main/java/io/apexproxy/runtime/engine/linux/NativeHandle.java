package io.apexproxy.runtime.engine.linux;

import io.apexproxy.runtime.engine.loop.LoopHandle;

/** A channel that is registered with a {@link NativeTransport}. */
public interface NativeHandle extends LoopHandle {

    /** Returns the descriptor of the socket. */
    int descriptor();

    /** Returns the number of the registration, which no other registration of the transport has. */
    int registration();
}
