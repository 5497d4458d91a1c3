package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Provider;
import io.apexproxy.config.toml.TomlProvider;
import io.apexproxy.health.tcp.TcpProvider;
import io.apexproxy.lb.roundrobin.RoundRobinProvider;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import io.apexproxy.runtime.pool.names.NameResolver;
import io.apexproxy.runtime.pool.names.SystemNameResolver;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.supervisor.Supervisor;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A proxy in this process with one listener and one pool, both named web, on a free port. */
final class TestProxy implements AutoCloseable {

    /** Timeout for all conditions, long enough for a busy machine. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String FILE = "config.toml";

    private final ApexProxy proxy;
    private final Path directory;

    private TestProxy(ApexProxy proxy, Path directory) {
        this.proxy = proxy;
        this.directory = directory;
    }

    static Setup threads(int threads) {
        return new Setup(threads);
    }

    int port() {
        return ((InetSocketAddress) snapshot().listeners().get(0).addresses().get(0)).getPort();
    }

    /** Opens a client connection with a read timeout. */
    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        return socket;
    }

    Snapshot snapshot() {
        return proxy.snapshot();
    }

    Snapshot.BackendView backend(int index) {
        return snapshot().pools().get(0).backends().get(index);
    }

    /** Returns the number of sessions that ended with this cause, as in the access log. */
    long ended(String label) {
        return snapshot().endings().get(label);
    }

    /** Returns the number of ended sessions. */
    long ended() {
        return snapshot().endings().values().stream().mapToLong(Long::longValue).sum();
    }

    Snapshot await(Predicate<Snapshot> condition) {
        return Awaitility.await().atMost(PATIENCE).until(this::snapshot, condition);
    }

    /**
     * Waits until all backends get connections. The backends must echo. A backend enters the rotation after its first
     * probe, and the picker is updated later.
     *
     * @return the number of sessions used; all have ended
     */
    long awaitRotation() {
        Awaitility.await().atMost(PATIENCE).until(() -> {
            try (Socket client = connect()) {
                assertThat(Bytes.ping(client)).isEqualTo('p');
            }
            return snapshot().pools().get(0).backends().stream().allMatch(backend -> backend.connected() > 0);
        });
        await(now -> now.connections() == 0);
        return ended();
    }

    void awaitEnding(String label) {
        awaitEnding(label, 1);
    }

    /** Waits until this number of sessions has ended with this cause and none with another cause. */
    void awaitEnding(String label, long count) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(snapshot().endings().entrySet()
                .stream().filter(entry -> entry.getValue() > 0).map(Object::toString).toList())
                .containsExactly(label + "=" + count));
    }

    /** Stops the proxy like SIGTERM. */
    boolean shutdown() {
        return proxy.shutdown();
    }

    @Override
    public void close() {
        proxy.close();
        delete(directory);
    }

    private static Path newDirectory(String configuration) {
        try {
            Path directory = Files.createTempDirectory("apex-test");
            Files.writeString(directory.resolve(FILE), configuration);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try {
            Files.delete(directory.resolve(FILE));
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The settings of the configuration. By default, health is probed once, at the start. */
    static final class Setup {
        private final List<String> root = new ArrayList<>();
        private final List<String> listener = new ArrayList<>();
        private final List<String> pool = new ArrayList<>();
        private final List<Provider> providers = new ArrayList<>(
                List.of(new RoundRobinProvider(), new TcpProvider(), new TomlProvider()));
        private NameResolver resolver = new SystemNameResolver();
        private String healthCheck = "{ provider = \"tcp\", interval = \"1h\", timeout = \"5s\" }";
        private String address = "127.0.0.1:0";
        private String defaultPool = "pool = \"web\"";

        private Setup(int threads) {
            root.add("threads = " + threads);
        }

        Setup root(String line) {
            root.add(line);
            return this;
        }

        Setup listener(String line) {
            listener.add(line);
            return this;
        }

        /** Leaves out the pool of the listener, which has routes or a router. */
        Setup withoutPool() {
            defaultPool = "";
            return this;
        }

        Setup pool(String line) {
            pool.add(line);
            return this;
        }

        Setup healthCheck(String table) {
            healthCheck = table;
            return this;
        }

        Setup listenAddress(String hostAndPort) {
            address = hostAndPort;
            return this;
        }

        Setup provider(Provider provider) {
            providers.add(provider);
            return this;
        }

        Setup resolver(NameResolver other) {
            resolver = other;
            return this;
        }

        TestProxy over(TestServer... backends) {
            return over(Arrays.stream(backends).map(TestServer::address).toArray(String[]::new));
        }

        TestProxy over(String... addresses) {
            return overTables(Arrays.stream(addresses).map(text -> "\"" + text + "\"").toArray(String[]::new));
        }

        /** Starts a proxy. Each backend is a TOML value: a quoted address or an inline table. */
        TestProxy overTables(String... backends) {
            String text = """
                    %s
                    [listeners.web]
                    listen_addr = "%s"
                    %s
                    %s
                    [pools.web]
                    backends = [%s]
                    health_check = %s
                    %s
                    """.formatted(lines(root), address, defaultPool, lines(listener), String.join(", ", backends),
                    healthCheck,
                    lines(pool));
            Path directory = newDirectory(text);
            try {
                return new TestProxy(new ProxyStart(
                        new ProxyOptions(directory.resolve(FILE), directory.resolve("plugins")),
                        ProviderRegistry.of(providers.toArray(Provider[]::new)), resolver,
                        Supervisor::none, Optional.empty()).run(), directory);
            } catch (RuntimeException e) {
                delete(directory);
                throw e;
            }
        }

        private static String lines(List<String> lines) {
            return lines.stream().collect(Collectors.joining("\n"));
        }
    }
}
