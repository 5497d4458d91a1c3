package io.apexproxy.api;

import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the runtime lends to one plugin instance, from its {@code create} until its {@code close}.
 *
 * <p>May be kept and used from any thread.
 *
 * @since 0.1
 */
public interface PluginContext {

    /**
     * Returns threads for this instance's own work. Tasks may block; a limited number runs at once, the rest waits.
     * Threads are daemons and belong to this instance alone: whatever it does there delays no other plugin and no
     * connection.
     *
     * @return an executor that the runtime shuts down after the instance was closed; the plugin need not
     */
    ScheduledExecutorService executor();

    /**
     * Resolves a path that the user wrote in the configuration.
     *
     * @param path an absolute path, or one relative to the directory of the configuration file
     * @return the absolute path; it need not exist
     * @throws java.nio.file.InvalidPathException if the text cannot be a path
     */
    Path resolve(String path);
}
