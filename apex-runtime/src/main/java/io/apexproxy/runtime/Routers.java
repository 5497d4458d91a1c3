package io.apexproxy.runtime;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.plugin.PluginCloser;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.accept.Routing;
import io.apexproxy.runtime.routing.ListenerRouter;
import io.apexproxy.runtime.tls.ServerTls;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The running routers, by the name of their listener. Used by one thread at a time, except {@link #closeAll}. */
final class Routers {

    private final PluginCloser closer;
    private volatile Map<String, PluginInstance<ListenerRouter>> running = Map.of();

    Routers(PluginCloser closer) {
        this.closer = closer;
    }

    /** Returns the routers with the configuration that the listeners apply. */
    Map<String, PreparedConfig.CurrentRouter> current(Map<String, Listener> listeners) {
        Map<String, PreparedConfig.CurrentRouter> current = new LinkedHashMap<>();
        running.forEach((name, router) -> listeners.get(name).config().routing().router()
                .ifPresent(config -> current.put(name, new PreparedConfig.CurrentRouter(config, router))));
        return current;
    }

    /** Returns the router and the TLS of a listener, and the pools to which its router and its routes can lead. */
    static Routing.Parts parts(ListenerConfig config, PreparedConfig prepared, Map<String, Pool> pools) {
        Optional<ServerTls> tls = prepared.tls().flatMap(setup -> setup.prepared().listener(config.name()));
        Optional<ListenerRouter> router =
                Optional.ofNullable(prepared.routers().get(config.name())).map(PluginInstance::get);
        if (router.isPresent() && router.get().pools().isEmpty()) {
            return new Routing.Parts(pools, router, tls);
        }
        Map<String, Pool> used = new LinkedHashMap<>();
        config.routing().pools().forEach(name -> used.put(name, pools.get(name)));
        router.ifPresent(chooser -> chooser.pools().forEach(name -> used.put(name, pools.get(name))));
        return new Routing.Parts(used, router, tls);
    }

    /**
     * Replaces the routers after their listeners have changed, and closes those that are no longer used. The router of
     * a removed listener still decides about connections that the listener has accepted: they can wait at a limit, and
     * then for their first bytes.
     *
     * @param listeners the configured listeners
     * @param before the listeners before the change
     * @param drainTimeout how long a connection of a removed listener without its own can wait at a limit
     */
    void replace(Map<String, PluginInstance<ListenerRouter>> next, Map<String, Listener> listeners,
            Map<String, Listener> before, Duration drainTimeout) {
        Map<String, PluginInstance<ListenerRouter>> previous = running;
        running = Map.copyOf(next);
        previous.forEach((name, router) -> {
            if (!listeners.containsKey(name)) {
                ListenerConfig removed = before.get(name).config();
                closer.closeLater(router,
                        removed.drainTimeout(drainTimeout).plus(removed.access().firstBytesTimeout()));
            } else if (!next.containsValue(router)) {
                closer.closeLater(router, Duration.ZERO);
            }
        });
    }

    /** Closes all routers. Call it after the event loops have ended. */
    void closeAll() {
        running.values().forEach(closer::close);
    }
}
