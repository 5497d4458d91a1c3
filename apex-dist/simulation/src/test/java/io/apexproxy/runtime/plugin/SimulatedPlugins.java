package io.apexproxy.runtime.plugin;

import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;

/** Creates plugin instances without a provider, on an executor of the caller. The instances must not be closed. */
public final class SimulatedPlugins {

    private SimulatedPlugins() {
    }

    /**
     * Creates an instance.
     *
     * @param plugin the object that a provider would create
     * @param executor the executor of the plugin; stays with the caller
     */
    public static <T extends AutoCloseable> PluginInstance<T> instance(T plugin, ScheduledExecutorService executor) {
        return new PluginInstance<>(plugin, null,
                new InstanceContext(executor, BackendConnector.NONE.of(executor), Path.of("")));
    }
}
