package io.apexproxy.source.documents;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.BackendSourceProvider;

/** The provider of the backend source {@code directory}. */
public final class DirectorySourceProvider implements BackendSourceProvider {

    private static final long MAX_BYTES = 16 << 20;
    private static final long GREATEST_MAX_BYTES = 64 << 20;

    /** Called by the {@link java.util.ServiceLoader}. */
    public DirectorySourceProvider() {
    }

    @Override
    public String name() {
        return "directory";
    }

    @Override
    public String description() {
        return "the JSON files of a directory: a backend, a list of backends, or file_sd of Prometheus";
    }

    @Override
    public BackendSource create(Settings settings, PluginContext context) {
        long maxBytes = settings.bytes("max_bytes", MAX_BYTES);
        if (maxBytes > GREATEST_MAX_BYTES) {
            throw settings.invalid("max_bytes", "expected at most \"64MiB\"");
        }
        return new DirectorySource(context.resolve(settings.string("path")), (int) maxBytes, context.executor());
    }
}
