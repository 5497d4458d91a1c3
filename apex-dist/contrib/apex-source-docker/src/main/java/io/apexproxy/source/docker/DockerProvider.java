package io.apexproxy.source.docker;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.BackendSourceProvider;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The provider of the backend source {@code docker}. */
public final class DockerProvider implements BackendSourceProvider {

    private static final String LABELS = "labels";
    private static final String NETWORK = "network";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /** The runtime interrupts a look-up after 10 s; the timeout of the source gives a more detailed reason. */
    private static final Duration MAX_TIMEOUT = Duration.ofSeconds(9);
    /** A container with many labels has about 3 KiB in the list. */
    private static final long MAX_BYTES = 16 << 20;
    private static final long GREATEST_MAX_BYTES = 64 << 20;

    /** Called by the {@link java.util.ServiceLoader}. */
    public DockerProvider() {
    }

    @Override
    public String name() {
        return "docker";
    }

    @Override
    public String description() {
        return "the running containers of Docker or Podman with some labels";
    }

    @Override
    public BackendSource create(Settings settings, PluginContext context) {
        Endpoint endpoint = Endpoint.of(settings, context);
        List<String> labels = settings.strings(LABELS);
        if (labels.isEmpty() || labels.stream().anyMatch(label -> label.isEmpty() || label.startsWith("="))) {
            throw settings.invalid(LABELS, "expected labels of the containers, such as [\"apex.pool=web\"]");
        }
        Optional<String> network = settings.has(NETWORK) ? Optional.of(settings.string(NETWORK)) : Optional.empty();
        String host = settings.string("host", endpoint.host());
        Duration timeout = settings.duration("timeout", TIMEOUT);
        if (timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw settings.invalid("timeout", "expected at most \"" + MAX_TIMEOUT.toSeconds() + "s\"");
        }
        long maxBytes = settings.bytes("max_bytes", MAX_BYTES);
        if (maxBytes > GREATEST_MAX_BYTES) {
            throw settings.invalid("max_bytes", "expected at most \"64MiB\"");
        }
        return new DockerSource(new DockerSource.Options(endpoint, labels, timeout, (int) maxBytes,
                new ContainerBackends(network, host)), context.executor());
    }
}
