package io.apexproxy.runtime.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.HostPort;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.UnixPath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AcceptorTest {

    private static final long BUFFER_MEMORY = 1024 * 1024;

    /** The loop may be about to hold a connection at the moment when another thread closes the socket. */
    @Test
    void aConnectionThatIsHeldAfterTheSocketWasClosedIsClosedToo() throws IOException {
        try (var relay = new Relay(1, BUFFER_MEMORY, 0)) {
            EventLoop loop = relay.loops().get(0);
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var server = loop.openServer(address).bind(address);
            Listener listener = relay.newListener(new ListenerConfig("web", List.of(new HostPort("127.0.0.1", 0)),
                    UnixPath.DEFAULT_MODE, "web", 1,
                    Duration.ofMinutes(1), Duration.ofMinutes(1), Optional.empty()), null);
            relay.admission().claim(listener);
            Acceptor acceptor = new Acceptor(relay, loop, server);
            acceptor.serve(listener);
            acceptor.close();

            AsynchronousSocketChannel accepted = loop.openSocket(address);
            acceptor.completed(accepted, null);

            assertThat(accepted.isOpen()).isFalse();
        }
    }
}
