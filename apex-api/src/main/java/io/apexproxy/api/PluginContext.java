package io.apexproxy.api;

import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The services of the runtime for one plugin instance, from its {@code create} to its {@code close}.
 *
 * <p>A context can be kept and used from any thread.
 *
 * @since 0.1
 */
public interface PluginContext {

    /**
     * Returns the executor for the work of this instance.
     *
     * <p>Tasks can block. A limited number of tasks runs at the same time; further tasks wait. The threads are daemon
     * threads and serve this instance only, so its tasks delay no other plugin and no connection.
     *
     * @return an executor that the runtime shuts down after it has closed the instance; the plugin need not do so
     */
    ScheduledExecutorService executor();

    /**
     * Resolves a path from the configuration.
     *
     * @param path an absolute path, or a path relative to the directory of the configuration file
     * @return the absolute path; the file need not exist
     * @throws java.nio.file.InvalidPathException if the text is not a valid path
     */
    Path resolve(String path);
}
