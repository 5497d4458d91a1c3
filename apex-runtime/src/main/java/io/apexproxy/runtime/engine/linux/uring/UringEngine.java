package io.apexproxy.runtime.engine.linux.uring;

import io.apexproxy.runtime.engine.linux.LinuxSupport;
import io.apexproxy.runtime.engine.linux.RingCalls;
import io.apexproxy.runtime.engine.linux.SystemCalls;
import io.apexproxy.runtime.engine.loop.LoopProvider;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** The engine {@code io_uring}: loops over rings of io_uring. */
public final class UringEngine {

    /** The name of the engine. */
    public static final String NAME = "io_uring";

    private UringEngine() {
    }

    /**
     * Returns a provider of loops. {@link #unavailability} must be empty.
     *
     * @param pipesPerLoop the most pipes that a loop opens for splices; 0: no splices
     */
    public static LoopProvider newProvider(int pipesPerLoop) {
        Supplier<SystemCalls> calls = LinuxSupport.calls();
        return new LoopProvider(NAME, () -> new UringTransport(calls, new RingCalls(), pipesPerLoop), pipesPerLoop);
    }

    /** Returns why this process cannot use the engine; empty if it can. Opens a ring and closes it. */
    public static Optional<String> unavailability() {
        return LinuxSupport.unavailability().or(() -> probe(new RingCalls()));
    }

    static Optional<String> probe(RingCalls calls) {
        Ring ring;
        try {
            ring = Ring.open(calls);
        } catch (IOException e) { // containers often forbid it; Linux before 6.6 lacks a part
            return Optional.of(e.getMessage());
        }
        try {
            ring.enable();
            BufferRing.register(ring, 1).close();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        } finally {
            ring.close(true);
        }
    }
}
