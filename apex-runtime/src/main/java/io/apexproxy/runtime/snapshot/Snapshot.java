package io.apexproxy.runtime.snapshot;

import java.net.SocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An immutable view of a proxy at one moment. Counters count from the start, or from when the thing was configured.
 *
 * @param version of Apex; {@code unknown} where the modules do not tell, as on a class path
 * @param started when the proxy was started
 * @param taken the moment of this view
 * @param readiness whether the proxy takes connections
 * @param reload what became of changes of the configuration
 * @param listeners in the order of the configuration
 * @param pools in the order of the configuration
 * @param plugins what can be selected, and what did not load
 * @param loops the event loops, in the order of their numbers
 * @param connections client connections that are open
 * @param waiting client connections that were accepted and wait at a limit
 * @param endings how many sessions ended for which cause, under the words of the access log
 * @param bufferBytes memory in relay buffers
 * @param bufferLimitBytes the ceiling of that memory, {@code buffer_memory}
 * @param accessLinesDropped lines of the access log that its output did not take in time
 * @param logLinesDropped lines of the log that its output did not take in time, of all proxies of the process
 * @param probes health probes that run or wait now
 * @since 0.1
 */
public record Snapshot(
        String version,
        Instant started,
        Instant taken,
        Readiness readiness,
        ReloadView reload,
        List<ListenerView> listeners,
        List<PoolView> pools,
        List<PluginView> plugins,
        List<LoopView> loops,
        int connections,
        int waiting,
        Map<String, Long> endings,
        long bufferBytes,
        long bufferLimitBytes,
        long accessLinesDropped,
        long logLinesDropped,
        ProbesView probes) {

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
     */
    public record ListenerView(String name, List<SocketAddress> addresses, String pool, int connections,
            long accepted, long acceptErrors) {
    }

    /**
     * A pool.
     *
     * @param name its name
     * @param backends in the order of the configuration
     */
    public record PoolView(String name, List<BackendView> backends) {
    }

    /**
     * A backend.
     *
     * @param name its name
     * @param address where it is
     * @param weight its share
     * @param state {@code up}, {@code down}, {@code unknown}, or {@code unchecked} without a health check
     * @param reason why it is down, empty otherwise
     * @param since when it came into this state
     * @param connections open ones
     * @param connected connections that were made
     * @param connectErrors attempts that failed
     * @param bytesToBackend bytes that clients sent
     * @param bytesToClient bytes that the backend sent
     * @param connectTimes how long it took to make the connections
     * @param probeTimes how long the health probes took to answer
     */
    public record BackendView(String name, SocketAddress address, int weight, String state, String reason,
            Instant since, int connections, long connected, long connectErrors, long bytesToBackend, long bytesToClient,
            HistogramView connectTimes, HistogramView probeTimes) {
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
