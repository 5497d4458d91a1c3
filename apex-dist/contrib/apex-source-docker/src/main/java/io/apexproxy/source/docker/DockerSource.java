package io.apexproxy.source.docker;

import com.fasterxml.jackson.jr.ob.JSON;
import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.FoundBackend;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;

/**
 * Requests the list of running containers that have some labels, one call at a time.
 *
 * <p>Containers without a health check have no health, and the list has the health only in a text for humans. So a
 * second list, of those that are not healthy yet or not any more, says which ones to leave out.
 */
final class DockerSource implements BackendSource {

    /**
     * The settings.
     *
     * @param endpoint the address of the API
     * @param labels the labels that a container must have, as {@code KEY} or {@code KEY=VALUE}
     * @param timeout the time limit of a look-up
     * @param maxBytes the limit of the size of a list
     * @param backends makes backends of the containers
     */
    record Options(Endpoint endpoint, List<String> labels, Duration timeout, int maxBytes,
            ContainerBackends backends) {
    }

    private final Options options;
    private final ScheduledExecutorService executor;
    private Optional<Future<?>> watch = Optional.empty();

    DockerSource(Options options, ScheduledExecutorService executor) {
        this.options = options;
        this.executor = executor;
    }

    @Override
    public synchronized void watch(Runnable changed) {
        EventWatch events = new EventWatch(options.endpoint(), options.labels(), executor, changed);
        watch = Optional.of(executor.submit(events));
    }

    @Override
    public synchronized void close() {
        watch.ifPresent(thread -> thread.cancel(true)); // the interrupt closes the connection
    }

    @Override
    public Answer find() throws IOException {
        long end = System.nanoTime() + options.timeout().toNanos();
        List<Container> running = list(Map.of(), end);
        if (running.isEmpty()) {
            return Answer.of(List.of());
        }
        // the second list is newer: a container that starts in between is in neither
        Set<String> notHealthy = list(Map.of("health", List.of("starting", "unhealthy")), end).stream()
                .map(Container::id).collect(Collectors.toSet());
        List<FoundBackend> backends = new ArrayList<>();
        for (Container container : running) {
            if (!notHealthy.contains(container.id())) {
                backends.add(options.backends().backend(container));
            }
        }
        return Answer.of(backends);
    }

    private List<Container> list(Map<String, List<String>> more, long end) throws IOException {
        Map<String, List<String>> filters = new LinkedHashMap<>(more);
        filters.put("label", options.labels());
        filters.put("status", List.of("running")); // neither paused nor restarting
        String target = "/containers/json?" + filters(filters);
        try (Exchange exchange =
                new Exchange(options.endpoint(), Duration.ofNanos(end - System.nanoTime()), executor)) {
            try {
                Response response = Response.read(exchange.send(target));
                response.requireOk();
                return Containers.read(limited(response.body()));
            } catch (IOException e) {
                throw exchange.isLate() ? late(e) : e;
            }
        }
    }

    private IOException late(IOException cause) {
        return new IOException("no complete answer of " + options.endpoint().text() + " within "
                + options.timeout().toMillis() + " ms", cause);
    }

    private byte[] limited(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(options.maxBytes() + 1);
        if (bytes.length > options.maxBytes()) {
            throw new IOException("the list of containers has more than " + options.maxBytes()
                    + " bytes; raise max_bytes if this is expected");
        }
        return bytes;
    }

    /** Returns the parameter {@code filters} of a query. */
    static String filters(Map<String, List<String>> filters) throws IOException {
        return "filters=" + URLEncoder.encode(JSON.std.asString(filters), StandardCharsets.UTF_8);
    }
}
