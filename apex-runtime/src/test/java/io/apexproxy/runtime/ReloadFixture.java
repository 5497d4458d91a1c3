package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.config.toml.TomlProvider;
import io.apexproxy.health.tcp.TcpProvider;
import io.apexproxy.lb.roundrobin.RoundRobinProvider;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import io.apexproxy.runtime.pool.health.NoHealthCheckProvider;
import io.apexproxy.runtime.relay.accept.InheritedSocket;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.supervisor.Notifier;
import io.apexproxy.runtime.supervisor.Supervisor;
import io.apexproxy.test.HeldPort;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A proxy with a configuration file, scripted plugins and scripted host names. */
final class ReloadFixture implements AutoCloseable {

    /** The configuration of a listener {@code web} on any port, for a pool {@code web}. */
    static final String WEB = """
            threads = 2
            [listeners.web]
            listen_addr = "127.0.0.1:0"
            pool = "web"
            """;

    private static final String PATIENT = "timeout = \"1m\"";
    /** Short intervals but a long timeout: a probe that waits for a processor must not fail. */
    private static final String FAST_CHECK =
            "{ provider = \"scripted\", interval = \"200ms\", fast_interval = \"50ms\", " + PATIENT + " }";

    final ScriptedHealth health = new ScriptedHealth();
    final ScriptedBalancer balancer = new ScriptedBalancer();
    final ScriptedRouter router = new ScriptedRouter();
    final ScriptedSource source = new ScriptedSource();
    final ScriptedFinder finder = new ScriptedFinder();
    final ScriptedNames names = new ScriptedNames();
    final LogCapture log = LogCapture.ofApex();
    private final List<NamedServer> servers = new ArrayList<>();
    private final List<HeldPort> ports = new ArrayList<>();
    private final ProviderRegistry registry = ProviderRegistry.of(
            new RoundRobinProvider(), new TcpProvider(), new NoHealthCheckProvider(), new TomlProvider(), health,
            balancer, router, source, finder);
    private final Path directory;
    private final Path file;
    private Supervisor supervisor = Supervisor.none();
    private ApexProxy proxy;

    ReloadFixture() {
        Awaitility.setDefaultTimeout(TestProxy.PATIENCE); // the default of 10 s is too short for a busy machine
        try {
            directory = Files.createTempDirectory("apex-reload");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        file = directory.resolve("config.toml");
    }

    /** Returns the configuration of a pool {@code web} with the scripted health check at short intervals. */
    static String pool(Object... backends) {
        return pool("", backends);
    }

    /** Returns the same configuration with additional keys. */
    static String pool(String keys, Object... backends) {
        return "[pools.web]\nbackends = [" + Arrays.stream(backends).map(ReloadFixture::backend)
                .collect(Collectors.joining(", ")) + "]\nhealth_check = " + FAST_CHECK + "\n" + keys + "\n";
    }

    /** Returns the same pool with a probe timeout of 500 ms, for tests of probes without a response. */
    static String impatient(String pool) {
        return pool.replace(PATIENT, "timeout = \"500ms\"");
    }

    private static String backend(Object backend) {
        if (backend instanceof NamedServer server) {
            return '"' + server.address() + '"';
        }
        String text = backend.toString();
        return text.startsWith("{") ? text : '"' + text + '"';
    }

    /** Returns a backend with a weight, for {@link #pool}. */
    static Object weighted(NamedServer server, int weight) {
        return "{ address = \"" + server.address() + "\", weight = " + weight + " }";
    }

    NamedServer server(String name) {
        return keep(NamedServer.start(name));
    }

    NamedServer keep(NamedServer server) {
        servers.add(server);
        return server;
    }

    /** Reserves a port, which refuses connections until the proxy listens on it. */
    int freePort() {
        ports.add(HeldPort.any());
        return ports.get(ports.size() - 1).port();
    }

    Path directory() {
        return directory;
    }

    Path file() {
        return file;
    }

    /** Replaces the file atomically, because the proxy could read a partly written file. */
    void write(String toml) {
        try {
            Path aside = Files.writeString(directory.resolve("config.toml.new"), toml);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ApexProxy start(String toml) {
        write(toml);
        return start();
    }

    /** Starts the proxy, and waits until all healthy backends, or all if none is healthy, receive connections. */
    void startWithAll(String toml) {
        start(toml);
        Awaitility.await().until(() -> backends().stream().noneMatch(backend -> backend.state().equals("unknown")));
        long healthy = backends().stream().filter(backend -> backend.state().equals("up")).count();
        Set<String> answered = new HashSet<>();
        Awaitility.await().until(() -> {
            answered.add(ask());
            answered.remove(Conversation.CLOSED);
            return answered.size() == (healthy > 0 ? healthy : backends().size());
        });
        Awaitility.await().until(() -> proxy.snapshot().connections() == 0);
    }

    /** Waits until a backend receives all connections; the replaced backends serve until its first verdict. */
    void awaitOnly(String name) {
        Awaitility.await().untilAsserted(() -> assertThat(ask(3)).containsOnly(name));
    }

    ApexProxy start() {
        proxy = new ProxyStart(new ProxyOptions(file, directory.resolve("plugins")), registry, names,
                () -> supervisor, Optional.empty()).run();
        return proxy;
    }

    /** Lets the proxy start with another listening socket, which stays open. */
    void inherit(ServerSocketChannel channel) throws IOException {
        List<InheritedSocket> sockets = new ArrayList<>(supervisor.sockets());
        sockets.add(InheritedSocket.standardInput(channel, channel.getLocalAddress()));
        supervisor = new Supervisor(sockets, supervisor.passed(), supervisor.notifier());
    }

    /** Lets the proxy notify a supervisor. */
    void notify(Notifier.Channel channel) {
        supervisor = new Supervisor(supervisor.sockets(), supervisor.passed(), new Notifier(Optional.of(channel)));
    }

    ApexProxy proxy() {
        return proxy;
    }

    /** Writes the file and applies it before returning. */
    void reload(String toml) {
        write(toml);
        proxy.reload();
    }

    InetSocketAddress address(String listener) {
        return (InetSocketAddress) proxy.snapshot().listeners().stream().filter(view -> view.name().equals(listener))
                .findFirst().orElseThrow().addresses().get(0);
    }

    Conversation connect() throws IOException {
        return new Conversation(address("web"));
    }

    /** Opens a connection and returns the name of the backend that answered. */
    String ask() {
        return ask(address("web"));
    }

    static String ask(InetSocketAddress address) {
        try (Conversation conversation = new Conversation(address)) {
            return conversation.ask();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Returns the names of the backends that answer consecutive connections. */
    List<String> ask(int times) {
        return Stream.generate(this::ask).limit(times).toList();
    }

    Snapshot.BackendView backend(NamedServer server) {
        return backends().stream().filter(view -> view.address().equals(
                new InetSocketAddress("127.0.0.1", server.port()))).findFirst().orElseThrow();
    }

    List<Snapshot.BackendView> backends() {
        return proxy.snapshot().pools().stream().flatMap(pool -> pool.backends().stream()).toList();
    }

    /** Parses a text in the form of the configuration file; its origins have the given source name. */
    ConfigTree.Table tree(String name, String toml) {
        Path path = directory.resolve(name);
        Origin origin = Origin.of(name);
        try {
            Files.writeString(path, toml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ConfigTree.Table settings = new ConfigTree.Table(Map.of("path",
                new ConfigTree.Member(origin, new ConfigTree.Scalar(path.toString(), origin))), origin);
        try (PluginInstance<ConfigSource> parser = registry.create(ConfigSourceProvider.class,
                new ProviderConfig("test", "toml", origin, settings, List.of()), directory,
                ConfigSourceProvider::create)) {
            return parser.get().load();
        }
    }

    @Override
    public void close() {
        try {
            if (proxy != null) {
                proxy.close();
            }
        } finally {
            servers.forEach(NamedServer::close);
            ports.forEach(HeldPort::close);
            log.close();
            delete();
        }
    }

    private void delete() {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
