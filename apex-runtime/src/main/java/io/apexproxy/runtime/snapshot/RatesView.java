package io.apexproxy.runtime.snapshot;

import java.util.Map;

/**
 * The rates of a proxy and of its components over about the last ten seconds, and their course over the last minutes.
 *
 * @param process all listeners and pools together
 * @param listeners by the name of the listener
 * @param pools by the name of the pool
 * @param backends by the name of the pool, then by that of the backend; without backends whose rates are all 0
 * @since 0.2
 */
public record RatesView(Component process, Map<String, Component> listeners, Map<String, Component> pools,
        Map<String, Map<String, Rates>> backends) {

    /** The rates of a proxy that has no samples. */
    public static final RatesView NONE = new RatesView(Component.NONE, Map.of(), Map.of(), Map.of());

    /**
     * {@return the rates of a listener}
     *
     * @param listener its name
     */
    public Component ofListener(String listener) {
        return listeners.getOrDefault(listener, Component.NONE);
    }

    /**
     * {@return the rates of a pool}
     *
     * @param pool its name
     */
    public Component ofPool(String pool) {
        return pools.getOrDefault(pool, Component.NONE);
    }

    /**
     * {@return the rates of a backend}
     *
     * @param pool the name of its pool
     * @param backend its name
     */
    public Rates ofBackend(String pool, String backend) {
        return backends.getOrDefault(pool, Map.of()).getOrDefault(backend, Rates.NONE);
    }

    /**
     * Increases per second.
     *
     * @param connections accepted connections of a listener, established connections of a pool or a backend
     * @param received bytes from clients; 0 for a listener, which does not count bytes
     * @param sent bytes to clients; 0 for a listener, which does not count bytes
     * @param failed connections that ended without service because of the backends or the proxy; for a backend:
     *     connects that failed
     */
    public record Rates(double connections, double received, double sent, double failed) {
        /** No increase. */
        public static final Rates NONE = new Rates(0, 0, 0, 0);
    }

    /**
     * The rates of a listener, a pool or the process.
     *
     * @param now over about the last ten seconds
     * @param history the previous rates
     */
    public record Component(Rates now, RateHistory history) {
        /** No increase and no history. */
        public static final Component NONE = new Component(Rates.NONE, RateHistory.EMPTY);
    }
}
