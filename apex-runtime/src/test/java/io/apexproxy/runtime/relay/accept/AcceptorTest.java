package io.apexproxy.runtime.relay.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.buffer.BufferMemory;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.select.SelectTransport;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.relay.loop.Handshakes;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.stats.LimitWatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AcceptorTest {

    private static final long BUFFER_MEMORY = 1024 * 1024;

    /** A loop can accept a connection while another thread closes the socket. */
    @Test
    void connectionAcceptedAfterTheSocketWasClosedIsClosed() throws IOException {
        RelayLoop loop =
                new RelayLoop(0, SelectTransport.newProvider(), new BufferMemory(BUFFER_MEMORY, 1),
                        new Handshakes(1, () -> {}));
        try {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var server = loop.openServer(address);
            server.bind(address);
            Listener listener = new Listener(new ListenerConfig("web", List.of(new HostPort("127.0.0.1", 0)),
                    UnixPath.DEFAULT_MODE, "web", 1,
                    Duration.ofMinutes(1), Duration.ofMinutes(1), Optional.empty()),
                    new Routing.Parts(Map.of(), Optional.empty(), Optional.empty()), 1, 0, () -> {});
            Acceptor acceptor = new AcceptContext(List.of(loop), new Admission(0, 1),
                    new NoSessions(), new LogThrottle(), new LimitWatch("file descriptors"))
                    .acceptor(loop, server, address);
            acceptor.serve(listener);
            acceptor.close();

            LoopSocketChannel accepted = loop.openSocket(address);
            acceptor.completed(accepted, null);

            assertThat(accepted.isOpen()).isFalse();
        } finally {
            loop.close();
        }
    }

    private static final class NoSessions implements SessionStarter {
        @Override
        public void start(RelayLoop loop, Listener listener, Accepted accepted) {
            throw new AssertionError("a connection was admitted");
        }

        @Override
        public void refuse(RelayLoop loop, Listener listener, Accepted accepted, Cause cause) {
            throw new AssertionError("a connection was refused: " + cause);
        }
    }
}
