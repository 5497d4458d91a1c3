package io.apexproxy.api.config;

import io.apexproxy.api.ConfigException;

/**
 * Delivers the configuration, and says when it changed.
 *
 * <p>The runtime calls {@link #load} before it starts, then {@link #watch} once, and {@link #load} again whenever the
 * user asks for it: one at a time, each on a thread of the instance's own
 * {@link io.apexproxy.api.PluginContext#executor() executor}. They may block; one that has not returned after 10
 * seconds is interrupted and counts as failed.
 *
 * @since 0.1
 */
public interface ConfigSource extends AutoCloseable {

    /**
     * Reads the whole configuration as it is now.
     *
     * @return the root table
     * @throws ConfigException if it cannot be read or parsed, with all syntax errors and their places
     */
    ConfigTree.Table load();

    /**
     * Begins to watch, and returns. From then on the observer is told of every change since the last {@link #load},
     * also of one that happened in between.
     *
     * @param observer whom to tell, until {@link #close}
     * @throws ConfigException if it cannot be watched; what was loaded then stays until the user asks again
     */
    void watch(Observer observer);

    /**
     * Stops watching and releases everything. No observer is called after it returned.
     *
     * <p>Called once, on a thread of its own that is interrupted after 3 seconds, when the runtime ends or another
     * table {@code config_source} takes the place of this one. A call of another method that hangs may still be inside.
     */
    @Override
    void close();

    /**
     * Is told of changes.
     *
     * <p>Called by the source on a thread of its own, one call at a time. Calls may take as long as it takes to apply a
     * configuration; whether that was possible is the runtime's to tell, and no call throws because it was not.
     *
     * @since 0.1
     */
    interface Observer {

        /**
         * The configuration changed. Trees with equal values need not be reported.
         *
         * @param tree the root table of the whole configuration
         */
        void changed(ConfigTree.Table tree);

        /**
         * The configuration changed into something that cannot be read or parsed. The last good one stays in force.
         *
         * @param problem what is wrong
         */
        void failed(ConfigException problem);
    }
}
