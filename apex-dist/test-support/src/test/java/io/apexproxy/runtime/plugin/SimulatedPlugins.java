package io.apexproxy.runtime.plugin;

import java.util.concurrent.ScheduledExecutorService;

/** Creates plugin instances without a provider, whose executor the caller chooses. They must not be closed. */
public final class SimulatedPlugins {

    private SimulatedPlugins() {
    }

    /**
     * Creates an instance.
     *
     * @param plugin what a provider would have made
     * @param executor is lent to it
     */
    public static <T extends AutoCloseable> PluginInstance<T> instance(T plugin, ScheduledExecutorService executor) {
        return new PluginInstance<>(plugin, null, executor);
    }
}
