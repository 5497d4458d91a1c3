package io.apexproxy.runtime.engine;

import java.io.IOException;
import java.util.concurrent.ThreadFactory;

/** Opens event loops of one kind. All methods may be called from any thread. */
public interface Engine {

    /** Returns the name of the engine, as in the configuration. */
    String name();

    /**
     * Starts an event loop.
     *
     * @param threads creates the only thread of the loop, which ends after {@link Loop#close}
     * @param turns receives the busy time and the bytes of each turn
     * @throws IOException if the system lacks a resource that the loop needs, for example descriptors
     */
    Loop openLoop(ThreadFactory threads, TurnObserver turns) throws IOException;

    /** Returns the most pipes that each loop opens for splices, two descriptors each. */
    default int pipesPerLoop() {
        return 0;
    }

    /**
     * Returns whether several loops can listen on one TCP address, with the kernel distributing the connections among
     * them. Otherwise one loop accepts all connections of an address.
     */
    boolean distributesConnections();
}
