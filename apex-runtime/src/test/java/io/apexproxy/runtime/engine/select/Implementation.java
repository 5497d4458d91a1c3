package io.apexproxy.runtime.engine.select;

import java.io.IOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.spi.AsynchronousChannelProvider;

/** The implementations that run the contract tests. */
enum Implementation {
    /** The provider of the JDK, the reference. */
    JDK,
    /** The provider of this package. */
    LOOP;

    AsynchronousChannelProvider newProvider() {
        return this == JDK ? AsynchronousChannelProvider.provider() : new LoopProvider();
    }

    static AsynchronousChannelGroup newGroup(AsynchronousChannelProvider provider, String threadName)
            throws IOException {
        return provider.openAsynchronousChannelGroup(1, task -> {
            var thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
    }
}
