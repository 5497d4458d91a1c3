package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.util.function.LongConsumer;

/** A source of the number of bytes that were written to a connection and that its peer has not acknowledged. */
public interface Acknowledgements {

    /** The result if the number cannot be determined. */
    long UNKNOWN = -1;

    /** Returns whether the number can usually be determined for this channel, which is connected by TCP. */
    boolean isSupported(LoopSocketChannel channel);

    /**
     * Queries the number of unacknowledged bytes. Called on the thread of the channel's loop.
     *
     * @param channel connected by TCP
     * @param loop the channel's loop
     * @param receiver called on the loop's thread with the number or {@link #UNKNOWN}, possibly within this call, at
     *     the latest some seconds later
     */
    void query(LoopSocketChannel channel, RelayLoop loop, LongConsumer receiver);
}
