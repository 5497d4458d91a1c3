package io.apexproxy.runtime.snapshot;

import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * An immutable view of a proxy at one moment. Counters count from the start of the proxy, or from the moment when the
 * listener, pool or backend was configured.
 *
 * @param version the version of Apex; {@code unknown} on a class path, which has no module descriptor
 * @param engine the name of the engine of the event loops
 * @param started the time of the start
 * @param taken the time of this view
 * @param uptime the time since the start by a monotonic clock; changes of the system clock do not affect it
 * @param readiness whether the proxy accepts connections
 * @param reload the results of changes of the configuration
 * @param listeners the listeners, in the order of the configuration
 * @param pools the pools, in the order of the configuration
 * @param plugins the loaded plugins, and those that did not load
 * @param loops the event loops, by their index
 * @param connections the number of open client connections
 * @param waiting the number of accepted client connections that wait at a limit
 * @param endings the number of ended sessions by cause, with the cause as in the access log
 * @param ended the same by listener, pool and cause
 * @param limits the limits and their current values; without components that have no limit
 * @param removed backends that were removed from the configuration and still have connections; at most 256 per pool
 * @param bufferBytes the size of all relay buffers in bytes
 * @param bufferLimitBytes the limit of that size, {@code buffer_memory}
 * @param accessLinesDropped the number of access log lines that the output rejected or did not accept in time
 * @param logLinesDropped the number of other log lines that the output rejected or did not accept in time, of all
 *     proxies of the process
 * @param probes the running and waiting health probes
 * @param tls the certificates of listeners and pools
 * @param rates the rates of the last seconds and minutes
 * @since 0.1
 */
public record Snapshot(
        String version,
        String engine,
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
        ProbesView probes,
        TlsView tls,
        RatesView rates) {

    /** {@return the current problems, the most severe first} */
    public List<Problem> problems() {
        return Problem.all(this);
    }

    /** {@return the overall health of the proxy} */
    public Health health() {
        return Health.of(this);
    }

    /** The phases of a proxy. */
    public enum Phase {
        /** Listeners are not open yet. */
        STARTING,
        /** All listeners accept. */
        SERVING,
        /** Listeners are closed, and open connections finish. */
        DRAINING
    }

    /**
     * The readiness of a proxy. It accepts connections in phase {@link Phase#SERVING}.
     *
     * @param phase the current phase
     * @param reason the condition that the proxy waits for; empty in phase {@link Phase#SERVING}
     */
    public record Readiness(Phase phase, String reason) {
    }

    /**
     * The results of changes of the configuration since the start.
     *
     * @param succeeded the number of successful changes, including reloads without a difference
     * @param failed the number of rejected changes
     * @param last the time of the last change; the time of the start if there was none
     * @param error the mistakes of the last change, one per line; empty if it was successful
     */
    public record ReloadView(long succeeded, long failed, Instant last, String error) {
    }

    /**
     * The health probes of all pools.
     *
     * @param running the number of running probes
     * @param max the limit of concurrent probes
     * @param waiting the number of probes that wait for another probe to end
     * @since 0.2
     */
    public record ProbesView(int running, int max, int waiting) {
    }

    /**
     * A listener.
     *
     * @param name its name
     * @param addresses the addresses that it is bound to, with the actual port if the configuration has port 0
     * @param pool the name of its pool; empty if only its routes and its router lead to pools
     * @param connections the number of open connections
     * @param accepted the number of accepted connections
     * @param acceptErrors the number of failed accepts
     * @param limit the limit of open connections; 0: only the limit of the proxy applies
     * @param waiting the number of accepted connections that wait at a limit
     * @param durations the durations of ended connections
     * @param access its refused connections and limited clients
     * @param routing its pools and routes
     */
    public record ListenerView(String name, List<SocketAddress> addresses, String pool, int connections,
            long accepted, long acceptErrors, int limit, int waiting, HistogramView durations, AccessView access,
            RoutingView routing) {
    }

    /**
     * A pool.
     *
     * @param name its name
     * @param backends in the order of the configuration
     * @param queue the connections that wait because all backends are full
     * @param source the source that finds backends; empty if the configuration has them all
     */
    public record PoolView(String name, List<BackendView> backends, QueueView queue, Optional<SourceView> source) {
        /** {@return the number of backends that take new connections} */
        public long up() {
            return backends.stream().filter(BackendView::serves).count();
        }

        /** {@return whether no backend takes new connections and none has an unknown state} */
        public boolean isDown() {
            return backends.stream().noneMatch(backend -> backend.serves()
                    || backend.state().equals(BackendView.UNKNOWN));
        }
    }

    /**
     * The queue of a pool.
     *
     * @param waiting the number of connections in it
     * @param times the times that connections have spent in it
     * @since 0.2
     */
    public record QueueView(int waiting, HistogramView times) {
    }

    /**
     * A backend.
     *
     * @param name its name
     * @param address its address
     * @param weight its share of new connections, relative to the other backends
     * @param state one of {@link #STATES}
     * @param reason why it is down, ejected or in maintenance; else empty
     * @param since the time of the last change of its health, or of its ejection
     * @param connections the number of open connections
     * @param connected the number of established connections
     * @param connectErrors the number of failed connection attempts
     * @param bytesToBackend the number of bytes that clients sent
     * @param bytesToClient the number of bytes that the backend sent
     * @param connectTimes the times to establish a connection
     * @param probeTimes the durations of health probes
     * @param limit the limit of open connections; 0: no limit
     * @param rotation how it takes part in the rotation
     */
    public record BackendView(String name, SocketAddress address, int weight, String state, String reason,
            Instant since, int connections, long connected, long connectErrors, long bytesToBackend, long bytesToClient,
            HistogramView connectTimes, HistogramView probeTimes, int limit, RotationView rotation) {
        /** The state of a backend that takes new connections because its probes succeed. */
        public static final String UP = "up";
        /** The state of a backend that takes no connections after failed probes or failed connections. */
        public static final String DOWN = "down";
        /** The state of a backend whose first probe is not complete. */
        public static final String UNKNOWN = "unknown";
        /** The state of a backend that takes new connections and has no health check. */
        public static final String UNCHECKED = "unchecked";
        /** The state of a backend with weight 0, independent of its health: it takes no new connections. */
        public static final String DRAIN = "drain";
        /** The state of a backend that the configuration takes out of service: no connections, no probes. */
        public static final String MAINTENANCE = "maintenance";
        /** The state of a healthy backend that takes no new connections for some time after failed connections. */
        public static final String EJECTED = "ejected";
        /** All states. */
        public static final List<String> STATES =
                List.of(UP, DOWN, UNKNOWN, UNCHECKED, DRAIN, MAINTENANCE, EJECTED);

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
     * @param address its address
     * @param connections the number of open connections
     * @since 0.2
     */
    public record RemovedView(String pool, String name, SocketAddress address, int connections) {
    }

    /**
     * The ended connections of a listener to a pool with one cause.
     *
     * @param listener the name of the listener
     * @param pool the name of the pool; empty if the connections were refused and the listener has no pool
     * @param cause the cause as in the access log
     * @param count the number of connections since the listener was configured with the pool
     * @since 0.2
     */
    public record EndedView(String listener, String pool, String cause, long count) {
    }

    /**
     * A limit and its current value. The limit of descriptors is only listed while it is reached.
     *
     * @param kind {@code total}, {@code listener}, {@code backend}, {@code queue}, {@code probes},
     *     {@code buffer-memory} or {@code descriptors}
     * @param name the listener, {@code pool/backend} or the pool of a queue; empty for the other kinds
     * @param current the current value; it can exceed a limit that was lowered
     * @param max the limit
     * @param waiting the number of connections or probes that wait because of the limit, if it can be determined
     * @param reached whether the limit is reached; for probes: whether probes wait for longer than one second
     * @since 0.2
     */
    public record LimitView(String kind, String name, long current, long max, long waiting, boolean reached) {
    }

    /**
     * A histogram of durations.
     *
     * @param boundsNanos the inclusive upper bound of each bucket except the last, which has none; ascending
     * @param counts the number of durations in each bucket, not cumulative; one element more than the bounds
     * @param sumNanos the sum of all durations
     */
    public record HistogramView(List<Long> boundsNanos, List<Long> counts, long sumNanos) {

        private static final double PERCENT = 100;

        /**
         * Estimates a percentile: the upper bound of its bucket, and twice the highest bound for the last bucket.
         *
         * @param percent from 1 to 100
         * @return the percentile in milliseconds; empty if there are no durations
         */
        public OptionalDouble percentileMillis(int percent) {
            long total = counts.stream().mapToLong(Long::longValue).sum();
            long rank = (long) Math.ceil(total * percent / PERCENT);
            long passed = 0;
            for (int bucket = 0; total > 0 && bucket < counts.size(); bucket++) {
                passed += counts.get(bucket);
                if (passed >= rank) {
                    long nanos = bucket < boundsNanos.size() ? boundsNanos.get(bucket)
                            : 2 * boundsNanos.get(boundsNanos.size() - 1);
                    return OptionalDouble.of(nanos / (double) TimeUnit.MILLISECONDS.toNanos(1));
                }
            }
            return OptionalDouble.empty();
        }
    }

    /**
     * A histogram of sizes.
     *
     * @param boundsBytes the inclusive upper bound of each bucket except the last, which has none; ascending
     * @param counts the number of sizes in each bucket, not cumulative; one element more than the bounds
     * @param sumBytes the sum of all sizes
     * @since 0.2
     */
    public record SizesView(List<Long> boundsBytes, List<Long> counts, long sumBytes) {
    }

    /**
     * An event loop of the relay.
     *
     * @param index its index, from 0
     * @param sessions the number of its sessions
     * @param turnTimes the durations of its turns, without the wait for events
     * @param pollDelays the times from an event to its dispatch, one sample per second
     * @param turnBytes the bytes received per turn, without turns that received none
     * @param blockedSinks the number of directions of connections whose receiver does not accept more bytes
     * @param memoryWaits the number of directions of connections that wait for buffer memory before they read
     * @param pipes the number of pipes in use by long transfers
     * @param missingPipes the number of reads into a buffer because no pipe was left, since the start
     * @param buffers the number of buffers in use by size in bytes; all sizes, ascending
     * @since 0.2
     */
    public record LoopView(int index, long sessions, HistogramView turnTimes, HistogramView pollDelays,
            SizesView turnBytes, long blockedSinks, long memoryWaits, long pipes, long missingPipes,
            Map<Integer, Long> buffers) {
    }

    /**
     * A plugin, or an entry of the plugins directory that is not a plugin.
     *
     * @param kind {@code load balancer}, {@code health check}, {@code configuration source}, {@code router} or
     *     {@code backend source}; empty if unknown
     * @param name the name that selects it in the configuration; empty if unknown
     * @param module {@code name@version} of its module; empty if unknown
     * @param origin {@code built-in}, or its path in the plugins directory
     * @param loaded whether the configuration can select it
     * @param note its description, or the reason why it did not load; can be empty
     */
    public record PluginView(String kind, String name, String module, String origin, boolean loaded, String note) {
    }
}
