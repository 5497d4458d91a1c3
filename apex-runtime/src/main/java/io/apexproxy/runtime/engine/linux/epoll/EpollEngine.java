package io.apexproxy.runtime.engine.linux.epoll;

import io.apexproxy.runtime.engine.linux.LinuxSupport;
import io.apexproxy.runtime.engine.linux.SystemCalls;
import io.apexproxy.runtime.engine.loop.LoopProvider;
import java.util.function.Supplier;

/** The engine {@code epoll}: loops over epoll instances. */
public final class EpollEngine {

    /** The name of the engine. */
    public static final String NAME = "epoll";

    private EpollEngine() {
    }

    /**
     * Returns a provider of loops. {@link LinuxSupport#unavailability} must be empty.
     *
     * @param pipesPerLoop the most pipes that a loop opens for splices; 0: no splices
     */
    public static LoopProvider newProvider(int pipesPerLoop) {
        Supplier<SystemCalls> calls = LinuxSupport.calls();
        return new LoopProvider(NAME, () -> new EpollTransport(calls, pipesPerLoop), pipesPerLoop);
    }
}
