package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.ask;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.test.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reloads that move addresses, share them between listeners, or add addresses that are in use. */
class ReloadAddressTest {

    private static final int WAITING = 12;

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    @Test
    void listenersSwapAddressesWithoutClosingThem() {
        int one = apex.freePort();
        int other = apex.freePort();
        String pools = pool(a) + pool(b).replace("pools.web", "pools.api");
        apex.start(listeners("web", one, "web") + listeners("api", other, "api") + pools);
        InetSocketAddress first = local(one);

        apex.reload(listeners("web", other, "web") + listeners("api", one, "api") + pools);

        assertThat(ask(first)).isEqualTo("b");
        assertThat(ask(local(other))).isEqualTo("a");
        assertThat(apex.log.count("Proxy listening on")).isEqualTo(2);
    }

    /** Regression of 0.1: eleven of twelve clients were reset. */
    @Test
    void clientsWaitingAtALimitAreServedWhenTheListenerMoves() throws IOException {
        int old = apex.freePort();
        int next = apex.freePort();
        apex.start(listeners("web", old, "web") + "max_connections = 1\n" + pool(a));
        List<CompletableFuture<String>> answers = new ArrayList<>();
        try (Conversation served = new Conversation(local(old))) {
            assertThat(served.ask()).isEqualTo("a");
            for (int client = 0; client < WAITING; client++) {
                Conversation waiting = new Conversation(local(old));
                answers.add(Bytes.async(() -> {
                    try (waiting) {
                        return waiting.ask();
                    }
                }));
            }
            apex.reload(listeners("web", next, "web") + "max_connections = 1\n" + pool(a));
        }

        assertThat(answers).allSatisfy(answer -> assertThat(Bytes.get(answer)).isEqualTo("a"));
        assertThat(ask(local(next))).isEqualTo("a");
    }

    @Test
    void renamedListenerKeepsSocketAndConnections() throws IOException {
        int port = apex.freePort();
        apex.start(listeners("web", port, "web") + pool(a));
        try (Conversation open = new Conversation(local(port))) {
            assertThat(open.ask()).isEqualTo("a");

            apex.reload(listeners("front", port, "web") + pool(a));

            assertThat(open.ask()).isEqualTo("a");
            assertThat(ask(local(port))).isEqualTo("a");
            assertThat(apex.log.count("Proxy listening on")).isOne();
            assertThat(apex.proxy().snapshot().listeners()).extracting(Snapshot.ListenerView::name)
                    .containsExactly("front");
        }
    }

    @Test
    void severalListenersOnAnyPortKeepTheirPorts() {
        String two = WEB.replace("\"127.0.0.1:0\"", "[\"127.0.0.1:0\", \"127.0.0.1:0\"]");
        apex.start(two + pool(a));
        List<SocketAddress> addresses = apex.proxy().snapshot().listeners().get(0).addresses();

        apex.reload(two + pool(b));
        apex.awaitOnly("b");

        assertThat(new HashSet<>(addresses)).hasSize(2);
        assertThat(addresses).allSatisfy(address -> assertThat(ask((InetSocketAddress) address)).isEqualTo("b"));
        assertThat(apex.proxy().snapshot().listeners().get(0).addresses()).isEqualTo(addresses);
    }

    @Test
    void addressInUseRejectsTheWholeReload() throws IOException {
        apex.start(WEB + pool(a));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int free = apex.freePort();

            apex.reload(WEB + listeners("free", free, "web") + listeners("taken", taken.getLocalPort(), "web")
                    + pool(b));

            assertThat(apex.log.lines()).contains("ERROR Configuration not changed, the previous one stays in force: "
                    + apex.file() + ":9:15: listeners.taken.listen_addr: 127.0.0.1:" + taken.getLocalPort()
                    + " is in use by another process");
            assertThat(apex.ask(3)).containsOnly("a");
            assertThat(ask(local(free))).contains("refused");
            assertThat(apex.health.open()).isOne();
        }
        apex.proxy().reload();
        apex.awaitOnly("b");
    }

    @Test
    void addressInUseFailsTheStart() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String toml = listeners("web", taken.getLocalPort(), "web") + pool(a);

            assertThatThrownBy(() -> apex.start(toml)).hasMessage(apex.file()
                    + ":2:15: listeners.web.listen_addr: 127.0.0.1:" + taken.getLocalPort()
                    + " is in use by another process");
            assertThat(apex.health.open()).isZero();
        }
    }

    static Stream<String> notationsOfTheSameAddress() {
        return Stream.of("0.0.0.0", "localhost", "127.0.0.1");
    }

    @ParameterizedTest
    @MethodSource("notationsOfTheSameAddress")
    void addressInUseByAnotherListenerIsReported(String host) {
        int port = apex.freePort();
        String[] both = {host, host.equals("127.0.0.1") ? "localhost" : "127.0.0.1"};
        String toml = listeners("web", port, "web").replace("127.0.0.1", both[0])
                + listeners("api", port, "web").replace("127.0.0.1", both[1]) + pool(a);

        assertThatThrownBy(() -> apex.start(toml))
                .hasMessageMatching(".*:5:15: listeners.api.listen_addr: " + both[1] + ":" + port
                        + " is in use by Apex itself, which listens on .*:" + port + "; choose another port");
    }

    @Test
    void addressInUseByTheAdminEndpointIsReported() {
        int port = apex.freePort();
        apex.start(WEB + pool(a));

        apex.reload("admin = { listen_addr = \"127.0.0.1:" + port + "\" }\n" + WEB
                + listeners("all", port, "web").replace("127.0.0.1", "0.0.0.0") + pool(a));

        assertThat(apex.log.count("listeners.all.listen_addr: 0.0.0.0:" + port
                + " is in use by Apex itself, which listens on "
                + "127.0.0.1:" + port)).isOne();
    }

    @Test
    void listenerMovesToAllAddressesAndBack() throws IOException {
        int port = apex.freePort();
        apex.start(listeners("web", port, "web") + pool(a));
        try (Conversation open = new Conversation(local(port))) {
            open.ask();

            apex.reload(listeners("web", port, "web").replace("127.0.0.1", "0.0.0.0") + pool(a));
            assertThat(apex.log.lines()).noneMatch(line -> line.startsWith("ERROR"));
            assertThat(ask(local(port))).isEqualTo("a");
            assertThat(ask(new InetSocketAddress("127.0.0.2", port))).isEqualTo("a");

            apex.reload(listeners("web", port, "web") + pool(a));
            assertThat(ask(local(port))).isEqualTo("a");
            assertThat(ask(new InetSocketAddress("127.0.0.2", port))).contains("refused");
            assertThat(open.ask()).isEqualTo("a");
        }
    }

    private static String listeners(String name, int port, String pool) {
        return "[listeners." + name + "]\nlisten_addr = \"127.0.0.1:" + port + "\"\npool = \"" + pool + "\"\n";
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }
}
