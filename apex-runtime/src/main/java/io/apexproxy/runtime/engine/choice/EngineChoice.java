package io.apexproxy.runtime.engine.choice;

import io.apexproxy.runtime.config.ProxyConfig.EngineName;
import io.apexproxy.runtime.engine.Engine;
import io.apexproxy.runtime.engine.linux.LinuxSupport;
import io.apexproxy.runtime.engine.linux.epoll.EpollEngine;
import io.apexproxy.runtime.engine.linux.uring.UringEngine;
import io.apexproxy.runtime.engine.select.SelectTransport;
import java.util.Optional;

/**
 * The engine of this process.
 *
 * @param engine opens the loops
 * @param reason why the process does not have a faster engine; empty if it has the fastest one or the configuration
 *     names the engine
 */
public record EngineChoice(Engine engine, Optional<String> reason) {

    /**
     * Chooses the engine.
     *
     * @param name the name in the configuration, for which {@link #unavailability} is empty
     * @param pipesPerLoop the most pipes that a loop can open
     */
    public static EngineChoice of(EngineName name, int pipesPerLoop) {
        if (name == EngineName.IO_URING) {
            return new EngineChoice(UringEngine.newProvider(pipesPerLoop), Optional.empty());
        }
        Optional<String> unavailability = name == EngineName.AUTO ? unavailability(EngineName.EPOLL) : Optional.empty();
        return name == EngineName.SELECT || unavailability.isPresent()
                ? new EngineChoice(SelectTransport.newProvider(),
                        unavailability.map(reason -> "without " + EpollEngine.NAME + ": " + reason))
                : new EngineChoice(EpollEngine.newProvider(pipesPerLoop), Optional.empty());
    }

    /** Returns why this process cannot have an engine; empty if it can. */
    public static Optional<String> unavailability(EngineName name) {
        return switch (name) {
            case AUTO, SELECT -> Optional.empty();
            case EPOLL -> LinuxSupport.unavailability();
            case IO_URING -> UringEngine.unavailability();
        };
    }

    /** Returns whether the loops can accept from an inherited descriptor. */
    public boolean usesDescriptors() {
        return !engine.name().equals(SelectTransport.NAME);
    }

    /** Returns the name of the engine, with the reason: {@code select (without epoll: this system is not Linux)}. */
    @Override
    public String toString() {
        return engine.name() + reason.map(text -> " (" + text + ")").orElse("");
    }
}
