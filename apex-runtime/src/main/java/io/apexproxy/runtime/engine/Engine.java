package io.apexproxy.runtime.engine;

import java.io.IOException;
import java.util.concurrent.ThreadFactory;

/** Opens event loops of one kind. All methods may be called from any thread. */
public interface Engine {

    /**
     * Starts an event loop.
     *
     * @param threads makes the loop's one thread, which ends after {@link Loop#close}
     * @param turns receives what each turn did
     * @throws IOException if the system lacks what a loop needs, descriptors for instance
     */
    Loop openLoop(ThreadFactory threads, TurnObserver turns) throws IOException;

    /**
     * Returns whether several loops may listen on one TCP address, with the kernel distributing the connections among
     * them. If not, one loop has to accept all of them.
     */
    boolean distributesConnections();
}
