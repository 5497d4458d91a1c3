package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** After a reload, the load balancer {@code least-connections} continues with the counts of open connections. */
class LeastConnectionsIT extends Scenario {

    private static final String LEAST_CONNECTIONS = "load_balancer = \"least-connections\"";

    private final TestServer a = named("a");
    private final TestServer b = named("b");
    private final TestServer c = named("c");
    private final List<Client> busy = new ArrayList<>();

    private static TestServer named(String name) {
        return TestServer.serving(socket -> {
            TestServer.send(socket, name);
            TestServer.readToEnd(socket);
        });
    }

    @BeforeEach
    void installPlugin() throws IOException {
        Path plugins = Files.createDirectories(apex.home().resolve("plugins"));
        Files.copy(Distribution.built().resolve("contrib/apex-lb-leastconn.jar"),
                plugins.resolve("apex-lb-leastconn.jar"));
    }

    @AfterEach
    void close() {
        busy.forEach(Client::close);
        Stream.of(a, b, c).forEach(TestServer::close);
    }

    private Config config(String pool) {
        return Config.withBackends(a.address(), b.address(), c.address()).pool(pool);
    }

    /** Opens two connections to each backend, and closes those to the first two. */
    private void makeThirdBackendBusy(Proxy proxy) {
        proxy.port(); // waits until the listener and its metrics exist
        eventually(() -> backendsOfNext(proxy, 6).equals(List.of("a", "a", "b", "b", "c", "c")));
        List<Client> idle = new ArrayList<>();
        while (busy.size() < 2) {
            Client client = proxy.client();
            (client.read(1).equals("c") ? busy : idle).add(client);
        }
        idle.forEach(Client::close);
        eventually(() -> proxy.connections() == 2);
    }

    /** Returns the backends of further connections, in alphabetical order. They end before the method returns. */
    private static List<String> backendsOfNext(Proxy proxy, int connections) {
        double before = proxy.connections();
        List<Client> clients = Stream.generate(proxy::client).limit(connections).toList();
        List<String> names = clients.stream().map(client -> client.read(1)).sorted().toList();
        clients.forEach(Client::close);
        eventually(() -> proxy.connections() == before);
        return names;
    }

    @Test
    void reloadOfThePoolKeepsTheCounts() {
        try (var proxy = start(config(LEAST_CONNECTIONS))) {
            makeThirdBackendBusy(proxy);

            proxy.change(config(LEAST_CONNECTIONS + "\nconnect_timeout = \"3s\"\nslow_start = \"1s\""));

            assertThat(backendsOfNext(proxy, 4)).containsExactly("a", "a", "b", "b");
            assertThat(backendsOfNext(proxy, 6)).containsExactly("a", "a", "a", "b", "b", "c");
        }
    }

    @Test
    void newLoadBalancerBeginsWithTheCounts() {
        try (var proxy = start(config(LEAST_CONNECTIONS))) {
            makeThirdBackendBusy(proxy);
            proxy.change(config("load_balancer = \"round-robin\""));
            eventually(() -> backendsOfNext(proxy, 3).equals(List.of("a", "b", "c")));

            proxy.change(config(LEAST_CONNECTIONS));

            // the previous picker is used until the new one has been created
            eventually(() -> backendsOfNext(proxy, 4).equals(List.of("a", "a", "b", "b")));
            assertThat(backendsOfNext(proxy, 4)).containsExactly("a", "a", "b", "b");
        }
    }

    @Test
    void backendThatIsRemovedAndAddedAgainKeepsItsCount() {
        try (var proxy = start(config(LEAST_CONNECTIONS))) {
            makeThirdBackendBusy(proxy);
            proxy.change(Config.withBackends(a.address(), b.address()).pool(LEAST_CONNECTIONS));
            eventually(() -> backendsOfNext(proxy, 4).equals(List.of("a", "a", "b", "b")));

            proxy.change(config(LEAST_CONNECTIONS));

            eventually(() -> proxy.backend(c.address(), "up") == 1);
            eventually(() -> backendsOfNext(proxy, 6).equals(List.of("a", "a", "a", "b", "b", "c")));
            assertThat(backendsOfNext(proxy, 4)).containsExactly("a", "a", "b", "b");
            assertThat(proxy.backend(c.address(), "connections_active")).isEqualTo(2);
        }
    }
}
