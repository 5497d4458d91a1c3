package io.apexproxy.runtime.engine.loop;

import io.apexproxy.runtime.engine.linux.LinuxSupport;
import io.apexproxy.runtime.engine.linux.epoll.EpollEngine;
import io.apexproxy.runtime.engine.linux.uring.UringEngine;
import io.apexproxy.runtime.engine.select.SelectTransport;
import java.io.IOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.List;
import java.util.stream.Stream;

/** The implementations that run the contract tests. */
enum Implementation {
    /** The provider of the JDK, the reference. */
    JDK,
    SELECT,
    EPOLL,
    IO_URING;

    /** The system property with the only implementation to test; by default, all are tested. */
    static final String ONLY = "apex.test.implementation";

    /** Returns the implementations that this system and this version of Java have. */
    static List<Implementation> all() {
        String only = System.getProperty(ONLY);
        return Stream.of(values()).filter(Implementation::isAvailable)
                .filter(each -> only == null || each.name().equals(only)).toList();
    }

    /** Returns the available engines of Apex. */
    static List<Implementation> engines() {
        return all().stream().filter(each -> each != JDK).toList();
    }

    private boolean isAvailable() {
        return switch (this) {
            case JDK, SELECT -> true;
            case EPOLL -> LinuxSupport.unavailability().isEmpty();
            case IO_URING -> UringEngine.unavailability().isEmpty();
        };
    }

    /** Returns whether a write can complete before its call returns. */
    boolean writesAtOnce() {
        return this != IO_URING;
    }

    /** Returns whether a channel knows an end of the stream that has arrived with the last bytes. */
    boolean knowsEnd() {
        return this == EPOLL || this == IO_URING;
    }

    AsynchronousChannelProvider newProvider() {
        return this == JDK ? AsynchronousChannelProvider.provider() : newEngine();
    }

    /** Returns a provider of loops of this engine. */
    LoopProvider newEngine() {
        return switch (this) {
            case JDK -> throw new IllegalStateException("not an engine");
            case SELECT -> SelectTransport.newProvider();
            case IO_URING -> UringEngine.newProvider(4);
            case EPOLL -> EpollEngine.newProvider(4);
        };
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
