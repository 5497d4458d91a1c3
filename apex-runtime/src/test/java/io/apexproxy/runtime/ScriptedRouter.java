package io.apexproxy.runtime;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.route.Route;
import io.apexproxy.api.route.Router;
import io.apexproxy.api.route.RouterProvider;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A router with a script that the test sets. Without a script, it leaves all connections to the routes. */
final class ScriptedRouter implements RouterProvider {

    volatile Router script = connection -> Route.PASS;
    volatile boolean readsClientHello;
    volatile Set<String> pools = Set.of();
    final AtomicInteger created = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();

    @Override
    public String name() {
        return "scripted-router";
    }

    @Override
    public Router create(Settings settings, PluginContext context) {
        settings.string("variant", "");
        created.incrementAndGet();
        open.incrementAndGet();
        return new Router() {
            @Override
            public Route route(ConnectionInfo connection) {
                return script.route(connection);
            }

            @Override
            public boolean readsClientHello() {
                return readsClientHello;
            }

            @Override
            public Set<String> pools() {
                return pools;
            }

            @Override
            public void close() {
                open.decrementAndGet();
            }
        };
    }
}
