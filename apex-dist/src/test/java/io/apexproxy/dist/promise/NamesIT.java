package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of backends with host names. A backend whose name does not resolve is down; the start succeeds and other
 * backends serve. Names are resolved repeatedly, so that the address of a backend can change.
 *
 * <p>A JDK option makes the resolver read a file of the test.
 */
class NamesIT extends Scenario {

    private static final String OFTEN = "resolve_interval = \"200ms\"";

    @Test
    @Tag(QUICK)
    void unresolvedBackendIsDownAndOthersServe() throws IOException {
        hosts("");
        try (var backend = HttpBackend.started();
                var proxy = startWithHosts(Config.withBackends("nowhere.test:9000", backend.address()))) {
            assertThat(proxy.answers(6)).containsOnly(backend.address());

            assertThat(proxy.awaitLine("nowhere.test does not resolve"))
                    .contains("WARN", "the backend is down until it does");
            assertThat(proxy.ended("no-backend")).isZero();
        }
    }

    @Test
    @Tag(QUICK)
    void backendServesWhenItsNameResolvesLater() throws IOException {
        hosts("");
        try (var backend = HttpBackend.started();
                var proxy = startWithHosts(Config.withBackends(named("app.test", backend.address())).pool(OFTEN))) {
            try (var client = proxy.client()) {
                assertThat(client.readAll()).isEmpty();
            }

            hosts("127.0.0.1 app.test");

            eventually(() -> proxy.answers(1).contains(backend.address()));
            assertThat(proxy.awaitLine("Resolved app.test")).endsWith("Resolved app.test to [127.0.0.1]");
        }
    }

    @Test
    @Tag(QUICK)
    void newAddressGetsNewConnectionsAndOldOnesStayOpen() throws IOException {
        hosts("127.0.0.1 app.test");
        try (var old = TestServer.serving(namedEcho("old"));
                var fresh = TestServer.at("127.0.0.2", old.port(), namedEcho("new"));
                var proxy = startWithHosts(Config.withBackends("app.test:" + old.port()).pool(OFTEN));
                var client = proxy.client()) {
            assertThat(client.send("?").read(4)).isEqualTo("old?");

            hosts("127.0.0.2 app.test");

            eventually(() -> readGreeting(proxy).equals("new?"));
            assertThat(fresh.accepted()).isPositive();
            assertThat(client.echo("still there")).isEqualTo("still there");
            assertThat(proxy.ended("no-backend")).isZero();
        }
    }

    @Test
    void lastAddressIsKeptWhenTheNameStopsResolving() throws IOException {
        hosts("127.0.0.1 app.test");
        try (var backend = HttpBackend.started();
                var proxy = startWithHosts(Config.withBackends(named("app.test", backend.address())).pool(OFTEN))) {
            assertThat(proxy.answers(1)).containsOnly(backend.address());

            hosts("");

            proxy.awaitLine("keeping its last addresses");
            assertThat(proxy.answers(4)).containsOnly(backend.address());
        }
    }

    /** The hosts file is a FIFO without a writer, so that no lookup ends during the test. */
    @Test
    void unresponsiveNameServerDelaysNoConnection() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", hostsFile().toString()).start().waitFor()).isZero();
        try (var backend = HttpBackend.started();
                var proxy = startWithHosts(Config.withBackends("app.test:9000", backend.address()).pool(OFTEN))) {
            assertThat(proxy.answers(20)).containsOnly(backend.address());

            assertThat(proxy.awaitLine("app.test does not resolve: ")).contains("no answer within 5s");
            assertThat(proxy.answers(20)).containsOnly(backend.address());
        }
    }

    private Path hostsFile() {
        return directory.resolve("hosts");
    }

    private void hosts(String lines) throws IOException {
        Files.writeString(hostsFile(), lines + '\n');
    }

    private Proxy startWithHosts(Config config) {
        return new Proxy(apex, apex.configure(config.toml()).command()
                .environment(Map.of("JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + hostsFile())).start());
    }

    private static String named(String name, String address) {
        return name + address.substring(address.indexOf(':'));
    }

    private static String readGreeting(Proxy proxy) {
        try (var client = proxy.client()) {
            return client.send("?").read(4);
        }
    }

    /** Returns a script that sends a name after the first received byte, and echoes all bytes. */
    private static TestServer.Script namedEcho(String name) {
        return socket -> {
            int first = socket.getInputStream().read();
            if (first >= 0) {
                TestServer.send(socket, name);
                socket.getOutputStream().write(first);
                TestServer.echo(socket);
            }
        };
    }
}
