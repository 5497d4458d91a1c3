package io.apexproxy.runtime.source;

import io.apexproxy.api.source.BackendSource;
import io.apexproxy.runtime.config.PoolConfig.Discovery;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.pool.Pool;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The sources of all pools that have one. Changed on the control thread; the map is immutable and replaced as a whole,
 * so that {@link #status} may be called from any thread.
 */
public final class BackendSources {

    private final SourceContext context;
    private volatile Map<Pool, PoolSource> sources = Map.of();

    /** Creates the sources of a proxy without pools. */
    public BackendSources(SourceContext context) {
        this.context = context;
    }

    /**
     * Starts or changes the source of a pool, whose configuration has been applied to the pool.
     *
     * @param instance the present plugin, or another one that replaces it
     */
    public void apply(Pool pool, Discovery settings, PluginInstance<BackendSource> instance) {
        PoolSource source = sources.get(pool);
        if (source != null) {
            source.configure(settings, instance).ifPresent(context.pluginCloser()::close);
            return;
        }
        PoolSource added = new PoolSource(pool, settings, instance, context);
        Map<Pool, PoolSource> next = new LinkedHashMap<>(sources);
        next.put(pool, added);
        sources = Map.copyOf(next);
        added.start();
    }

    /** Ends the source of a pool. Does nothing if it has none. */
    public void remove(Pool pool) {
        PoolSource source = sources.get(pool);
        if (source != null) {
            Map<Pool, PoolSource> next = new LinkedHashMap<>(sources);
            next.remove(pool);
            sources = Map.copyOf(next);
            source.close();
            context.pluginCloser().close(source.instance());
        }
    }

    /** Returns the plugin of a pool's source; empty if it has none. On the control thread. */
    public Optional<PluginInstance<BackendSource>> instance(Pool pool) {
        return Optional.ofNullable(sources.get(pool)).map(PoolSource::instance);
    }

    /** Returns the state of a pool's source; empty if it has none. Any thread. */
    public Optional<SourceStatus> status(Pool pool) {
        return Optional.ofNullable(sources.get(pool)).map(PoolSource::status);
    }
}
