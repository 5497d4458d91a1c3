package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.util.function.LongConsumer;

/** Finds out how many of the bytes that were written to a connection its peer has not acknowledged. */
public interface Acknowledgements {

    /** The answer if it cannot be found out. */
    long UNKNOWN = -1;

    /**
     * Returns whether it can usually be found out for this channel.
     *
     * @param channel connected by TCP
     */
    boolean areKnown(LoopSocketChannel channel);

    /**
     * Asks for the number of bytes. On the thread of the channel's loop.
     *
     * @param channel connected by TCP
     * @param loop its loop
     * @param answer receives the number or {@link #UNKNOWN} on the loop's thread, possibly within this call, at the
     *     latest some seconds later
     */
    void ask(LoopSocketChannel channel, RelayLoop loop, LongConsumer answer);
}
