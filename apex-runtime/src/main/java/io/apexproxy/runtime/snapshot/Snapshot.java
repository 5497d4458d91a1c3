package io.apexproxy.runtime.snapshot;

import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An immutable view of a proxy at one moment. Counters count from the start, or from when the thing was configured.
 *
 * @param version of Apex; {@code unknown} where the modules do not tell, as on a class path
 * @param started when the proxy was started
 * @param taken the moment of this view
 * @param uptime since the start, by a monotonic clock: steps of the system's clock do not change it
 * @param readiness whether the proxy takes connections
 * @param reload what became of changes of the configuration
 * @param listeners in the order of the configuration
 * @param pools in the order of the configuration
 * @param plugins what can be selected, and what did not load
 * @param loops the event loops, in the order of their numbers
 * @param connections client connections that are open
 * @param waiting client connections that were accepted and wait at a limit
 * @param endings how many sessions ended for which cause, under the words of the access log
 * @param ended the same for each listener and pool
 * @param limits what is limited, with its present value; things without a limit are missing
 * @param removed backends that were removed from the configuration and still have connections; at most 256 a pool
 * @param bufferBytes memory in relay buffers
 * @param bufferLimitBytes the ceiling of that memory, {@code buffer_memory}
 * @param accessLinesDropped lines of the access log that its output refused or did not take in time
 * @param logLinesDropped lines of the log that its output refused or did not take in time, of all proxies of the
 *     process
 * @param probes health probes that run or wait now
 * @since 0.1
 */
public record Snapshot(
        String version,
        Instant started,
        Instant taken,
        Duration uptime,
        Readiness readiness,
        ReloadView reload,
        List<ListenerView> listeners,
        List<PoolView> pools,
        List<PluginView> plugins,
        List<LoopView> loops,
        int connections,
        int waiting,
        Map<String, Long> endings,
        List<EndedView> ended,
        List<LimitView> limits,
        List<RemovedView> removed,
        long bufferBytes,
        long bufferLimitBytes,
        long accessLinesDropped,
        long logLinesDropped,
        ProbesView probes) {

    /** {@return what is wrong now, the worst first} */
    public List<Problem> problems() {
        return Problem.all(this);
    }

    /** {@return the health of the proxy in one word} */
    public Health health() {
        return Health.of(this);
    }

    /** Where a proxy is in its life. */
    public enum Phase {
        /** Listeners are not open yet. */
        STARTING,
        /** All listeners accept. */
        SERVING,
        /** Listeners are closed, the last connections finish. */
        DRAINING
    }

    /**
     * Whether a proxy takes connections: it does while it is serving.
     *
     * @param phase where it is in its life
     * @param reason what it waits for, in a few words; empty while it is serving
     */
    public record Readiness(Phase phase, String reason) {
    }

    /**
     * What became of changes of the configuration since the start.
     *
     * @param succeeded how many were applied, or turned out to change nothing
     * @param failed how many were refused
     * @param last when the last one was tried; the start, if there was none
     * @param error why the last one was refused, one mistake a line; empty if it was not
     */
    public record ReloadView(long succeeded, long failed, Instant last, String error) {
    }

    /**
     * Health probes of all pools.
     *
     * @param running probes that run now
     * @param max how many may run at the same time
     * @param waiting probes that wait until another one ends
     * @since 0.2
     */
    public record ProbesView(int running, int max, int waiting) {
    }

    /**
     * A listener.
     *
     * @param name its name
     * @param addresses where it listens, with the ports that were found where the configuration has 0
     * @param pool the name of the pool that serves it
     * @param connections open ones
     * @param accepted connections that were accepted
     * @param acceptErrors attempts to accept that failed
     * @param limit how many connections may be open; 0: no limit of its own
     * @param waiting connections that were accepted and wait at a limit
     * @param durations how long the connections that have ended lasted
     */
    public record ListenerView(String name, List<SocketAddress> addresses, String pool, int connections,
            long accepted, long acceptErrors, int limit, int waiting, HistogramView durations) {
    }

    /**
     * A pool.
     *
     * @param name its name
     * @param backends in the order of the configuration
     */
    public record PoolView(String name, List<BackendView> backends) {
        /** {@return how many backends take new connections} */
        public long up() {
            return backends.stream().filter(BackendView::serves).count();
        }

        /** {@return whether it is known that no backend takes new connections} */
        public boolean isDown() {
            return backends.stream().noneMatch(backend -> backend.serves()
                    || backend.state().equals(BackendView.UNKNOWN));
        }
    }

    /**
     * A backend.
     *
     * @param name its name
     * @param address where it is
     * @param weight its share
     * @param state {@code up}, {@code down}, {@code unknown}, {@code unchecked} without a health check, or
     *     {@code drain}, whatever its health, if its weight is 0
     * @param reason why it is down, or was before its weight became 0; empty otherwise
     * @param since when it came into this state
     * @param connections open ones
     * @param connected connections that were made
     * @param connectErrors attempts that failed
     * @param bytesToBackend bytes that clients sent
     * @param bytesToClient bytes that the backend sent
     * @param connectTimes how long it took to make the connections
     * @param probeTimes how long the health probes took to answer
     * @param limit how many connections may be open; 0: no limit
     */
    public record BackendView(String name, SocketAddress address, int weight, String state, String reason,
            Instant since, int connections, long connected, long connectErrors, long bytesToBackend, long bytesToClient,
            HistogramView connectTimes, HistogramView probeTimes, int limit) {
        /** The state of a backend that takes new connections because its probes say so. */
        public static final String UP = "up";
        /** The state of a backend that its health check or failed connections have taken out. */
        public static final String DOWN = "down";
        /** The state of a backend whose first probe has not answered yet. */
        public static final String UNKNOWN = "unknown";
        /** The state of a backend that takes new connections and has no health check. */
        public static final String UNCHECKED = "unchecked";
        /** The state of a backend whose weight is 0: it takes no new connections, and those it has go on. */
        public static final String DRAIN = "drain";
        /** All states. */
        public static final List<String> STATES = List.of(UP, DOWN, UNKNOWN, UNCHECKED, DRAIN);

        /** {@return whether it takes new connections} */
        public boolean serves() {
            return state.equals(UP) || state.equals(UNCHECKED);
        }
    }

    /**
     * A backend that was removed from the configuration and still has connections.
     *
     * @param pool the name of its pool
     * @param name its name
     * @param address where it is
     * @param connections open ones
     * @since 0.2
     */
    public record RemovedView(String pool, String name, SocketAddress address, int connections) {
    }

    /**
     * Connections of a listener to a pool that have ended for one cause.
     *
     * @param listener the name of the listener
     * @param pool the name of the pool
     * @param cause the word of the access log
     * @param count how many, since the listener was configured with the pool
     * @since 0.2
     */
    public record EndedView(String listener, String pool, String cause, long count) {
    }

    /**
     * Something that is limited; descriptors are missing while they are not used up.
     *
     * @param kind {@code total}, {@code listener}, {@code backend}, {@code probes}, {@code buffer-memory} or
     *     {@code descriptors}
     * @param name what the kind does not say: the listener, or pool and backend; may be empty
     * @param current the present value; where the limit was lowered, it may be higher
     * @param max the limit
     * @param waiting connections, or probes, that wait because of the limit, as far as Apex knows
     * @param reached whether the limit is reached; that of probes is once probes wait for longer than a second
     * @since 0.2
     */
    public record LimitView(String kind, String name, long current, long max, long waiting, boolean reached) {
    }

    /**
     * Durations, counted by how long they were.
     *
     * @param boundsNanos the longest duration of each bucket but the last, which has no bound; ascending
     * @param counts how many durations fell into each bucket, one number more than there are bounds
     * @param sumNanos all durations together
     */
    public record HistogramView(List<Long> boundsNanos, List<Long> counts, long sumNanos) {
    }

    /**
     * Sizes, counted by how large they were.
     *
     * @param boundsBytes the largest size of each bucket but the last, which has no bound; ascending
     * @param counts how many sizes fell into each bucket, one number more than there are bounds
     * @param sumBytes all sizes together
     * @since 0.2
     */
    public record SizesView(List<Long> boundsBytes, List<Long> counts, long sumBytes) {
    }

    /**
     * An event loop of the relay.
     *
     * @param index its number, from 0
     * @param sessions connections that it serves
     * @param turnTimes how long its turns took, without the wait for events
     * @param pollDelays samples of the time from an event to its dispatch, one a second
     * @param turnBytes bytes that were received in a turn, of turns that received any
     * @param blockedSinks directions of connections whose receiver takes no more bytes for now
     * @param memoryWaits directions of connections that wait for buffer memory before they read
     * @param buffers how many buffers are in use, by their size in bytes; in ascending order, all sizes
     * @since 0.2
     */
    public record LoopView(int index, long sessions, HistogramView turnTimes, HistogramView pollDelays,
            SizesView turnBytes, long blockedSinks, long memoryWaits, Map<Integer, Long> buffers) {
    }

    /**
     * A plugin, or something in the plugins directory that is none.
     *
     * @param kind {@code load balancer}, {@code health check} or {@code configuration source}; empty if it is not known
     * @param name the name that selects it; empty if it is not known
     * @param module {@code name@version} of its module; empty if it is not known
     * @param origin {@code built-in}, or the place in the plugins directory
     * @param loaded whether it can be selected
     * @param note why not, or what it says about itself; may be empty
     */
    public record PluginView(String kind, String name, String module, String origin, boolean loaded, String note) {
    }
}
