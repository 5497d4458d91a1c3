package io.apexproxy.api.config;

import io.apexproxy.api.ConfigException;

/**
 * Delivers the configuration, and says when it changed.
 *
 * <p>The runtime calls {@link #load} before it starts, then {@link #watch} once, {@link #load} again whenever the user
 * asks for it, and {@link #close} at the end, from any thread but never concurrently. None of them runs on an event
 * loop; they may block.
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
     * @param observer whom to tell
     */
    void watch(Observer observer);

    /** Stops watching and releases everything. No observer is called after it returned. */
    @Override
    void close();

    /**
     * Is told of changes.
     *
     * <p>Called by the source on a thread of its own, one call at a time. Calls may take as long as it takes to apply a
     * configuration.
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
