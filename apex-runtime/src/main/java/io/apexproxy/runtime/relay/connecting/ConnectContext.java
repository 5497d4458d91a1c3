package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.pool.BackendSearch;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Overload;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects that all connecting stages of a loop share.
 *
 * @param loop opens the channels
 * @param localFailures limits log lines about missing file descriptors and local ports
 * @param tlsRefusals limits log lines about backends that do not accept TLS
 * @param slowConnects limits log lines about backends that do not answer at once
 * @param ownConnections records connections to listeners of this process
 * @param descriptors the attempts that wait for a descriptor
 */
public record ConnectContext(RelayLoop loop, LogThrottle localFailures, LogThrottle tlsRefusals,
        LogThrottle slowConnects, OwnConnections ownConnections, DescriptorQueue descriptors) {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    /** Creates the objects of a loop, some of which all loops share. */
    public ConnectContext(RelayLoop loop, LogThrottle localFailures, LogThrottle tlsRefusals, LogThrottle slowConnects,
            OwnConnections ownConnections) {
        this(loop, localFailures, tlsRefusals, slowConnects, ownConnections, new DescriptorQueue(loop));
    }

    /**
     * Opens the channel of an attempt to connect.
     *
     * @param source the local address of a TCP channel; empty: the kernel chooses it
     * @throws IOException if this machine has no descriptor, or no port or no address for the source
     */
    LoopSocketChannel openSocket(SocketAddress backend, Optional<InetAddress> source) throws IOException {
        LoopSocketChannel channel = loop.openSocket(backend);
        try {
            if (channel.isTcp()) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                if (source.isPresent()) {
                    channel.bind(new InetSocketAddress(source.get(), 0));
                }
            }
            return channel;
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /** Logs a failed attempt, and reports it to the pool unless it says nothing about the health of the backend. */
    void report(AttemptFailure failure, BackendSearch search, BackendState backend) {
        if (failure.affectsHealth()) {
            LOG.debug("{} to {}", failure.reason(), backend);
            if (!backend.hasPortOfListener()) { // another port says nothing about the one that is probed
                search.pool().connectFailed(backend, failure.reason());
            }
        } else if (tlsRefusals.permits()) { // clients decide about TLS, so their requests must not change the health
            LOG.warn("listeners.{}: {} does not accept TLS after SSLRequest; set ssl = on in this PostgreSQL server",
                    search.connection().listener(), backend);
        }
    }

    /** Logs a backend that has not answered a connect for a second, with a bound. */
    void logSlowConnect(BackendSearch search, BackendState backend) {
        if (slowConnects.permits()) {
            LOG.warn(
                    "pools.{}: {} has not answered a connect for {} s; its accept queue can be full, so new connections"
                            + " prefer other backends for {} s",
                    search.pool().name(), backend,
                    TimeUnit.NANOSECONDS.toSeconds(Overload.NANOS), TimeUnit.NANOSECONDS.toSeconds(Overload.NANOS));
        }
    }

    /** Logs a lack of descriptors or local ports, with a bound. */
    void logLocalFailure(String listener, BackendState backend, Throwable cause) {
        if (localFailures.permits()) {
            LOG.warn("listeners.{}: cannot open a connection to {}: {}", listener, backend, cause.getMessage());
        }
    }
}
