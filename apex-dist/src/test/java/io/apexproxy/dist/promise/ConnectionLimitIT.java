package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of the connection limits of a listener and of the process. At a limit, new clients wait in the accept queue of
 * the kernel and are served when other connections close.
 */
class ConnectionLimitIT extends Scenario {

    private static final String LIMIT = "max_connections = 3";

    private final List<Client> clients = new ArrayList<>();
    private TestServer backend;

    @BeforeEach
    void startBackend() {
        backend = TestServer.echo();
    }

    @AfterEach
    void closeClients() {
        clients.forEach(Client::close);
        backend.close();
    }

    @Test
    @Tag(QUICK)
    void clientsWaitAtTheLimitOfAListener() {
        try (var proxy = start(Config.withBackends(backend.address()).listener(LIMIT))) {
            assertClientsWaitUntilOneCloses(proxy, proxy.port(), proxy.port());
        }
    }

    @Test
    @Tag(QUICK)
    void clientsWaitAtTheLimitOfTheProcess() {
        int second = FreePorts.next();
        try (var proxy = start(Config.withBackends(backend.address()).settings(LIMIT).and(another(second)))) {
            eventually(() -> proxy.ports().size() == 2);
            assertClientsWaitUntilOneCloses(proxy, firstPort(proxy, second), second);
        }
    }

    @Test
    void listenerAtItsLimitDoesNotAffectOtherListeners() {
        int second = FreePorts.next();
        try (var proxy = start(Config.withBackends(backend.address()).listener(LIMIT).and(another(second)))) {
            eventually(() -> proxy.ports().size() == 2);
            int limited = firstPort(proxy, second);
            serve(limited, 3);
            assertThat(connect(limited).send("?").isSilent()).isTrue();

            for (int i = 0; i < 10; i++) {
                assertThat(connect(second).echo("served")).isEqualTo("served");
            }
        }
    }

    @Test
    void raisedLimitServesWaitingClients() {
        try (var proxy = start(Config.withBackends(backend.address()).listener(LIMIT))) {
            serve(proxy.port(), 3);
            Client waiting = connect(proxy.port()).send("?");
            assertThat(waiting.isSilent()).isTrue();

            proxy.change(Config.withBackends(backend.address()).listener("max_connections = 4"));

            assertThat(waiting.read(1)).isEqualTo("?");
        }
    }

    /** Connects three clients to a port and six to the other; asserts that these wait until others close. */
    private void assertClientsWaitUntilOneCloses(Proxy proxy, int port, int otherPort) {
        List<Client> served = serve(port, 3);
        List<Client> waiting = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            waiting.add(connect(otherPort).send("?"));
        }
        assertThat(waiting.get(0).isSilent()).isTrue();
        assertThat(proxy.ended("client-closed")).isZero();

        served.get(0).close();
        eventually(() -> waiting.stream().anyMatch(Client::hasUnreadBytes));
        assertThat(waiting.stream().filter(Client::hasUnreadBytes)).hasSize(1);
        assertThat(served.get(1).echo("still served")).isEqualTo("still served");

        served.forEach(Client::close);
        while (!waiting.isEmpty()) {
            eventually(() -> waiting.stream().anyMatch(Client::hasUnreadBytes));
            waiting.stream().filter(Client::hasUnreadBytes).toList().forEach(client -> {
                client.close();
                waiting.remove(client);
            });
        }
        eventually(() -> proxy.ended("client-closed") == 9);
    }

    private List<Client> serve(int port, int count) {
        List<Client> served = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Client client = connect(port);
            assertThat(client.echo("served")).isEqualTo("served");
            served.add(client);
        }
        return served;
    }

    private Client connect(int port) {
        Client client = Client.to(port);
        clients.add(client);
        return client;
    }

    private static String another(int port) {
        return "[listeners.another]\nlisten_addr = \"127.0.0.1:%d\"\npool = \"web\"\n".formatted(port);
    }

    /** Returns the port of the listener without a fixed port. */
    private static int firstPort(Proxy proxy, int second) {
        return proxy.ports().stream().filter(port -> port != second).findFirst().orElseThrow();
    }
}
