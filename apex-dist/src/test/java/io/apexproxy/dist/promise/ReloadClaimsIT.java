package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Tests that reloads keep limits, sessions and the accept queues of the kernel. {@code src/bench/compare --only reload}
 * shows the same next to HAProxy and nginx. {@link ReloadIT} and {@link LeastConnectionsIT} have reloads under load and
 * the counts of connections.
 *
 * <p>No client connects while a listener moves: the kernel resets a connection that it completes between the last
 * accept and the close of a socket.
 */
class ReloadClaimsIT extends Scenario {

    private static final int LIMIT = 2;
    private static final int RELOADS = 5;
    private static final int MOVES = 8;
    private static final int QUEUED = 20;

    private final AtomicInteger most = new AtomicInteger();
    private final Set<Socket> served = ConcurrentHashMap.newKeySet();
    @AutoClose
    private final TestServer backend = TestServer.serving(this::echo);
    private final List<Client> clients = new ArrayList<>();

    /** Echoes, and counts connections that have sent a byte, which probes do not. */
    private void echo(Socket socket) throws IOException {
        int first = socket.getInputStream().read();
        if (first >= 0) {
            served.add(socket);
            most.accumulateAndGet(served.size(), Math::max);
            try {
                socket.getOutputStream().write(first);
                TestServer.echo(socket);
            } finally {
                served.remove(socket);
            }
        }
    }

    @AfterEach
    void closeClients() {
        clients.forEach(Client::close);
    }

    /** Opens connections, and sends a byte on each. */
    private List<Client> connect(int port, int count) {
        List<Client> opened = Stream.generate(() -> Client.to(port).send("?")).limit(count).toList();
        clients.addAll(opened);
        return opened;
    }

    private void serve(int port, int count) {
        assertThat(connect(port, count)).allSatisfy(client -> assertThat(client.read(1)).isEqualTo("?"));
    }

    @Test
    void limitOfABackendHoldsOverReloads() {
        try (var proxy = start(limited(0))) {
            int port = proxy.port();
            serve(port, LIMIT);

            for (int reload = 1; reload <= RELOADS; reload++) {
                int waiting = reload * LIMIT;
                proxy.changeAtOnce(limited(reload));
                connect(port, LIMIT);
                eventually(() -> proxy.metric("apex_pool_queue{pool=\"web\"}") == waiting);
            }

            assertThat(most).hasValue(LIMIT);
            assertAllAreServedWhenOthersClose();
            assertThat(most).hasValue(LIMIT);
        }
    }

    /** Returns a configuration with another weight than the previous one. */
    private Config limited(int reload) {
        Config config = Config.withBackends().pool("queue_timeout = \"1m\"");
        return new Config("", config.listener(), config.pool(), config.health(),
                List.of("{ address = \"%s\", max_connections = %d, weight = %d }".formatted(backend.address(), LIMIT,
                        1 + reload % 2)),
                "");
    }

    @Test
    void sessionsStayWhileTheListenerMovesBackAndForth() {
        int[] ports = {FreePorts.next(), FreePorts.next()};
        Config config = Config.withBackends(backend.address());
        try (var proxy = start(config.port(ports[0]))) {
            proxy.port();
            for (int move = 1; move <= MOVES; move++) {
                serve(ports[(move - 1) % 2], 1);

                proxy.changeAtOnce(config.port(ports[move % 2]));

                awaitRefusal(ports[(move - 1) % 2]);
            }
            assertThat(clients).hasSize(MOVES).allSatisfy(client -> assertThat(client.echo("!")).isEqualTo("!"));
            serve(ports[0], 1);
        }
    }

    @Test
    void clientsThatWaitAtTheLimitOfARemovedListenerAreServed() {
        int port = FreePorts.next();
        try (var proxy = start(withSecond(port, LIMIT))) {
            eventually(() -> proxy.ports().size() == 2);
            serve(port, LIMIT);
            connect(port, QUEUED);

            proxy.changeAtOnce(Config.withBackends(backend.address()));

            awaitRefusal(port);
            assertAllAreServedWhenOthersClose();
            assertThat(most).hasValue(LIMIT);
        }
    }

    /** While the process is stopped, the kernel completes connections that the process cannot accept. */
    @Test
    void clientsInTheQueueOfARemovedListenerAreServed() {
        int port = FreePorts.next();
        try (var proxy = start(withSecond(port, 0))) {
            eventually(() -> proxy.ports().size() == 2);
            proxy.process().signal("STOP");
            connect(port, QUEUED);
            apex.configure(Config.withBackends(backend.address()).toml());
            proxy.process().signal("HUP");
            proxy.process().signal("CONT");

            awaitRefusal(port);
            assertThat(clients).allSatisfy(client -> assertThat(client.read(1)).isEqualTo("?"));
        }
    }

    private Config withSecond(int port, int limit) {
        return Config.withBackends(backend.address()).and("""
                [listeners.second]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                max_connections = %d
                """.formatted(port, limit));
    }

    /** Closes clients that have their answer, until each client has it. The first ones have read theirs. */
    private void assertAllAreServedWhenOthersClose() {
        List<Client> waiting = new ArrayList<>(clients.subList(LIMIT, clients.size()));
        clients.subList(0, LIMIT).forEach(Client::close);
        while (!waiting.isEmpty()) {
            eventually(() -> waiting.stream().anyMatch(Client::hasUnreadBytes));
            waiting.stream().filter(Client::hasUnreadBytes).toList().forEach(client -> {
                assertThat(client.read(1)).isEqualTo("?");
                client.close();
                waiting.remove(client);
            });
        }
    }

    private static void awaitRefusal(int port) {
        eventually(() -> {
            try (var probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return !probe.isConnected();
            } catch (ConnectException e) {
                return true;
            }
        });
    }
}
