package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.apexproxy.config.toml.TomlProvider;
import io.apexproxy.health.tcp.TcpProvider;
import io.apexproxy.lb.roundrobin.RoundRobinProvider;
import io.apexproxy.runtime.engine.select.SelectTransport;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import io.apexproxy.runtime.pool.names.SystemNameResolver;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.relay.accept.InheritedSockets;
import io.apexproxy.test.LogCapture;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentTest {

    private static final long BUFFER_MEMORY = 1 << 20;

    @TempDir
    private Path directory;

    @Test
    void startReadsTheDescriptorLimitOnce() throws Exception {
        try (LogCapture log = LogCapture.of("apex", Level.DEBUG); TestServer backend = TestServer.echo();
                TestProxy proxy = TestProxy.threads(1).over(backend)) {
            assertThat(proxy.snapshot().listeners()).hasSize(1);
            assertThat(log.count("file descriptors: the limit of this process is")).isEqualTo(1);
        }
    }

    @Test
    void failedChangeClosesItsNewSockets() throws IOException {
        int port = freePort();
        ProviderRegistry registry = ProviderRegistry.of(
                new RoundRobinProvider(), new TcpProvider(), new TomlProvider());
        Path file = Files.writeString(directory.resolve("config.toml"), """
                backend_addrs = ["127.0.0.1:9000"]
                listen_addr = ["127.0.0.1:%d", "unix:%s"]
                """.formatted(port, directory.resolve("apex.sock")));
        ScheduledThreadPoolExecutor control = new ScheduledThreadPoolExecutor(1);
        try (Relay relay = new Relay(SelectTransport.newProvider(), 1, BUFFER_MEMORY, 0, 1000);
                SystemNameResolver names = new SystemNameResolver();
                Sources sources = new Sources(new ProxyOptions(file, directory), registry);
                PreparedConfig prepared = new PreparedConfig(sources.read(registry), registry, directory,
                        PreparedConfig.Current.NONE)) {
            Deployment deployment = new Deployment(relay, InheritedSockets.NONE, control, names, 16, () -> false,
                    Optional.empty());
            control.shutdown(); // changes of pools are rejected

            assertThatThrownBy(() -> deployment.apply(prepared)).isInstanceOf(RejectedExecutionException.class);

            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                assertThat(free.isBound()).isTrue();
            }
            assertThat(directory.resolve("apex.sock")).doesNotExist();
            assertThat(deployment.listeners()).isEmpty();
        } finally {
            control.shutdownNow();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
