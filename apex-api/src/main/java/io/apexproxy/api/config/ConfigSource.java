package io.apexproxy.api.config;

import io.apexproxy.api.ConfigException;

/**
 * A supplier of the configuration and of its changes.
 *
 * <p>The runtime calls {@link #load} before it starts, then {@link #watch} once, and {@link #load} again whenever the
 * user requests a reload. It makes one call at a time, on a thread of the instance's own
 * {@link io.apexproxy.api.PluginContext#executor() executor}. Calls can block. A call that has not returned after 10
 * seconds is interrupted and counts as failed.
 *
 * @since 0.1
 */
public interface ConfigSource extends AutoCloseable {

    /**
     * Reads the whole current configuration.
     *
     * @return the root table
     * @throws ConfigException if it cannot be read or parsed, with all syntax errors and their origins
     */
    ConfigTree.Table load();

    /**
     * Starts to watch the configuration, and returns. The source reports every change since the last {@link #load},
     * including changes between the two calls.
     *
     * @param observer the receiver of changes until {@link #close}
     * @throws ConfigException if the configuration cannot be watched; the loaded one then stays in effect until the
     *     user requests a reload
     */
    void watch(Observer observer);

    /**
     * Stops watching and releases all resources. The source does not call the observer after this method has returned.
     *
     * <p>The runtime calls this method once, when the process ends or another {@code config_source} table replaces this
     * one. The call has its own thread, which is interrupted after 3 seconds. All other calls have returned by then,
     * except calls that hang.
     */
    @Override
    void close();

    /**
     * The receiver of changes, implemented by the runtime.
     *
     * <p>A source calls its observer on a thread of the source, one call at a time. A call can take as long as the
     * runtime needs to apply the configuration. The runtime itself reports a configuration that it cannot apply; the
     * call does not throw.
     *
     * @since 0.1
     */
    interface Observer {

        /**
         * Receives a changed configuration. A source need not report a tree that is equal to the previous one.
         *
         * @param tree the root table of the whole configuration
         */
        void changed(ConfigTree.Table tree);

        /**
         * Receives the reason why a changed configuration cannot be read or parsed. The last valid one stays in effect.
         *
         * @param problem all problems that were found
         */
        void failed(ConfigException problem);
    }
}
