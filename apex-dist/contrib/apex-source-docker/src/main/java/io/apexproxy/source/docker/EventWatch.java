package io.apexproxy.source.docker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the stream of events of the selected containers until it is interrupted. Everything that arrives is a reason to
 * request a new list, so nothing of an event is kept or parsed.
 *
 * <p>A new stream begins with the second in which it was requested, and a list is requested after it. So no change is
 * missed between two streams.
 */
final class EventWatch implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(EventWatch.class);

    /**
     * The events that change the list. Those of health checks and of programs that are executed in a container are
     * frequent. Podman 4 names the event {@code die} like this in answers, and {@code died} in filters.
     */
    private static final List<String> EVENTS = List.of("start", "die", "died", "stop", "pause", "unpause", "rename",
            "update", "health_status");
    /** The time after which a stream is replaced by a new one: a connection can be dead without an end. */
    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final int BUFFER = 64 << 10;
    /** The pause after an event, in which further ones can arrive, and Podman 4 changes the list of containers. */
    private static final long BURST_MILLIS = 100;
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long MAX_PAUSE_MILLIS = 30_000;
    private static final int MAX_DOUBLINGS = 10;

    private final Endpoint endpoint;
    private final List<String> labels;
    private final ScheduledExecutorService executor;
    private final Runnable changed;
    private int failures;
    private boolean isReported;

    EventWatch(Endpoint endpoint, List<String> labels, ScheduledExecutorService executor, Runnable changed) {
        this.endpoint = endpoint;
        this.labels = labels;
        this.executor = executor;
        this.changed = changed;
    }

    @Override
    public void run() {
        try {
            while (true) {
                watch();
                Thread.sleep(pauseMillis());
            }
        } catch (ClosedByInterruptException | InterruptedException e) {
            LOG.trace("docker: stopped", e);
        }
    }

    private long pauseMillis() {
        long longest = Math.min(MAX_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures, MAX_DOUBLINGS));
        return ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
    }

    /** Reads a stream to its end, which counts as a failure unless the stream has reached its lifetime. */
    private void watch() throws ClosedByInterruptException, InterruptedException {
        long begin = System.nanoTime();
        try (Exchange exchange = new Exchange(endpoint, LIFETIME, executor)) {
            read(exchange);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) { // the next list fails for the same reason, and the runtime reports that
            LOG.debug("docker: the stream of events has ended", e);
        }
        failures = System.nanoTime() - begin >= LIFETIME.toNanos() ? 0 : failures + 1;
    }

    private void read(Exchange exchange) throws IOException, InterruptedException {
        InputStream stream = exchange.send("/events?since=" + Instant.now().getEpochSecond() + "&"
                + DockerSource.filters(Map.of("type", List.of("container"), "label", labels, "event", EVENTS)));
        changed.run(); // now, because Podman 4 sends the headers with the first event
        Response response = Response.read(stream);
        report(response);
        response.requireOk();
        failures = 0;
        byte[] buffer = new byte[BUFFER];
        while (response.body().read(buffer) >= 0) {
            Thread.sleep(BURST_MILLIS);
            changed.run();
        }
    }

    /** A proxy in front of the API can permit the list and not the events. */
    private void report(Response response) {
        if (!response.isOk() && !isReported) {
            LOG.warn("docker: {} refuses the stream of events with status {}; changes are noticed by look-ups only",
                    endpoint.text(), response.status());
        }
        isReported = !response.isOk();
    }
}
