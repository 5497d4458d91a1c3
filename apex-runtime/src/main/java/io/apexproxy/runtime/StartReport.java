package io.apexproxy.runtime;

import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.RoutingConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.PortRange;
import io.apexproxy.runtime.engine.choice.EngineChoice;
import io.apexproxy.runtime.log.CleanText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Log lines at the start: the build, the process and the configuration. */
final class StartReport {

    private static final Logger LOG = LoggerFactory.getLogger("apex");

    private StartReport() {
    }

    /** Logs build, process and file. Called before the configuration is read, so that errors have this context. */
    static void logProcess(String version, ProxyOptions options) {
        LOG.info("Apex {} starts: process {}, Java {} ({})", version, ProcessHandle.current().pid(),
                Runtime.version(), System.getProperty("java.vendor"));
        LOG.info("Configuration: {}", options.configFile().map(file -> file.toAbsolutePath().normalize().toString())
                .orElseGet(options::configName));
    }

    static void logConfiguration(ProxyConfig config, EngineChoice engine, int connections) {
        LOG.info("Engine: {}", engine);
        LOG.info("Listeners: {}", listeners(config));
        LOG.info("Pools: {}", list(config.pools(), StartReport::text));
        LOG.info("Limits: {} event loops, {} connections", config.threads(), connections);
    }

    /** Returns the listeners with their addresses and targets; ten of them by name. */
    static String listeners(ProxyConfig config) {
        return list(config.listeners(), listener -> listener.name() + " on "
                + list(PortRange.texts(listener.addresses().stream().map(Address::toString).toList()),
                        Function.identity())
                + target(listener.routing()));
    }

    private static String target(RoutingConfig routing) {
        List<String> deciders = new ArrayList<>();
        routing.router().ifPresent(router -> deciders.add("router " + router.provider()));
        int routes = routing.routes().size();
        if (routes > 0) {
            deciders.add(routes == 1 ? "1 route" : routes + " routes");
        }
        routing.pool().ifPresent(pool -> deciders.add("pool " + pool));
        return " to " + String.join(", ", deciders);
    }

    private static String text(PoolConfig pool) {
        int backends = pool.backends().size();
        String found = pool.backendsFrom().map(from -> " and those of " + from.source().provider()).orElse("");
        return pool.name() + " with " + backends + (backends == 1 ? " backend" : " backends") + found + ", "
                + pool.loadBalancer().provider() + " and " + pool.healthCheck().check().provider();
    }

    private static <T> String list(List<T> elements, Function<T, String> text) {
        return CleanText.list(elements.stream().map(text).toList());
    }
}
