package io.apexproxy.runtime;

import io.apexproxy.runtime.pool.BackendState;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.Traffic;
import io.apexproxy.runtime.pool.Verdict;
import io.apexproxy.runtime.relay.Ending;
import io.apexproxy.runtime.relay.Listener;
import io.apexproxy.runtime.relay.Relay;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An immutable view of a proxy at one moment. Counters count from the start, or from when the thing was configured.
 *
 * @param listeners in the order of the configuration
 * @param pools in the order of the configuration
 * @param connections client connections that are open
 * @param endings how many sessions ended for which cause, under the words of the access log
 * @param bufferBytes memory in relay buffers
 * @since 0.1
 */
public record Snapshot(List<ListenerView> listeners, List<PoolView> pools, int connections, Map<String, Long> endings,
        long bufferBytes) {

    /**
     * A listener.
     *
     * @param name its name
     * @param addresses where it listens, with the ports that were found where the configuration has 0
     * @param connections open ones
     * @param accepted connections that were accepted
     * @param acceptErrors attempts to accept that failed
     */
    public record ListenerView(String name, List<InetSocketAddress> addresses, int connections, long accepted,
            long acceptErrors) {
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
     * @param state {@code up}, {@code down} or {@code unknown}
     * @param reason why it is down, empty otherwise
     * @param since when it came into this state
     * @param connections open ones
     * @param connected connections that were made
     * @param connectErrors attempts that failed
     * @param bytesToBackend bytes that clients sent
     * @param bytesToClient bytes that the backend sent
     */
    public record BackendView(String name, SocketAddress address, int weight, String state, String reason, Instant since,
            int connections, long connected, long connectErrors, long bytesToBackend, long bytesToClient) {
    }

    static Snapshot of(Deployment deployment, Relay relay) {
        Map<String, Long> endings = new TreeMap<>();
        relay.endings().forEach((Ending ending, Long count) -> endings.put(ending.label(), count));
        return new Snapshot(
                deployment.listeners().values().stream().map(listener -> view(listener, deployment)).toList(),
                deployment.pools().values().stream().map(Snapshot::view).toList(),
                relay.active(), endings, relay.bufferBytes());
    }

    private static ListenerView view(Listener listener, Deployment deployment) {
        return new ListenerView(listener.name(), deployment.addresses(listener), listener.active(), listener.connections().sum(),
                listener.acceptErrors().sum());
    }

    private static PoolView view(Pool pool) {
        return new PoolView(pool.name(), pool.backends().stream().map(Snapshot::view).toList());
    }

    private static BackendView view(BackendState backend) {
        Verdict verdict = backend.verdict();
        Traffic traffic = backend.traffic();
        return new BackendView(backend.name(), backend.address(), backend.weight(),
                verdict.state().name().toLowerCase(Locale.ROOT), verdict.reason(), verdict.since(),
                backend.activeConnections(), traffic.connections().sum(), traffic.connectErrors().sum(),
                traffic.toBackend().sum(), traffic.toClient().sum());
    }
}
