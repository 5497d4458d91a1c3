package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.ApexProcess;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Tests of a proxy without free local ports. Clients that cannot be connected are closed, no backend is marked down,
 * and service resumes when ports are free again.
 *
 * <p>Apex runs in a network namespace with few ports. Its backend is another listener of the same process. Client and
 * final backend use Unix-domain sockets, which work across network namespaces.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "requires network namespaces")
class LocalPortsIT extends Scenario {

    /** A fixed address; no other process is in the namespace. */
    private static final String BACKEND = "127.0.0.1:7001";
    private static final List<String> OWN_NETWORK = List.of("unshare", "--map-root-user", "--net");
    private static final String FEW_PORTS =
            "ip link set lo up && echo 40000 40019 > /proc/sys/net/ipv4/ip_local_port_range && exec \"$0\"";

    /** Marks a backend down after one failed probe; the timeout is long for busy machines. */
    private static final String PROBES = Config.OFTEN + "\nfall = 1\ntimeout = \"20s\"";

    private final List<SocketChannel> served = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void requireNetworks() throws InterruptedException {
        assumeTrue(areNetworksAvailable(), "unshare (util-linux) and ip (iproute2) make networks");
    }

    @AfterEach
    void end() throws IOException {
        closeClients();
        threads.shutdownNow();
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES) // channels have no timeouts
    void portExhaustionMarksNoBackendDownAndServiceResumes() throws IOException {
        try (var backend = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address("backend"));
                var proxy = startWithFewPorts()) {
            threads.execute(() -> echo(backend));
            proxy.awaitLine("Proxy listening on unix:");

            eventually(() -> !isServed());
            proxy.awaitCause("local-failure");
            assertThat(proxy.awaitLine("cannot open a connection to " + BACKEND)).contains("WARN");
            eventually(() -> {
                isServed(); // uses the port of an earlier probe
                return proxy.logged("Health check " + BACKEND + " was not possible") > 0;
            });

            closeClients();

            eventually(this::isServed);
            assertThat(proxy.lines("alive: false")).isEmpty();
            assertThat(proxy.lines("connect-failed")).isEmpty();
        }
    }

    private Proxy startWithFewPorts() {
        var config = new Config("", "listen_addr = \"unix:" + file("apex") + '"', "", PROBES,
                List.of(Config.quoted(BACKEND)), """
                        [listeners.inner]
                        listen_addr = "%s"
                        pool = "inner"
                        [pools.inner]
                        backends = ["unix:%s"]
                        """.formatted(BACKEND, file("backend")));
        apex.configure(config.toml());
        return new Proxy(apex, new ApexProcess.Builder(Stream.concat(OWN_NETWORK.stream(),
                Stream.of("sh", "-c", FEW_PORTS, apex.script().toString())).toList())
                .directory(apex.workingDirectory()).start());
    }

    /** Returns whether a new client receives an echo; keeps its connection open in that case. */
    private boolean isServed() throws IOException {
        SocketChannel client = SocketChannel.open(address("apex"));
        try {
            client.write(ByteBuffer.wrap(new byte[] {'?'}));
            if (client.read(ByteBuffer.allocate(1)) == 1) {
                served.add(client);
                return true;
            }
        } catch (IOException e) { // closed before the request was read
            assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
        }
        client.close();
        return false;
    }

    private void closeClients() throws IOException {
        for (SocketChannel each : served) {
            each.close();
        }
        served.clear();
    }

    private void echo(ServerSocketChannel backend) {
        try {
            while (true) {
                SocketChannel client = backend.accept();
                threads.execute(() -> echo(client));
            }
        } catch (IOException e) {
            threads.shutdown(); // the test is over
        }
    }

    private static void echo(SocketChannel client) {
        ByteBuffer buffer = ByteBuffer.allocate(1);
        try (client) {
            while (client.read(buffer.clear()) > 0) {
                client.write(buffer.flip());
            }
        } catch (IOException e) {
            Thread.currentThread().interrupt(); // the test is over
        }
    }

    private UnixDomainSocketAddress address(String name) {
        return UnixDomainSocketAddress.of(file(name));
    }

    private Path file(String name) {
        return directory.resolve(name + ".sock");
    }

    private static boolean areNetworksAvailable() throws InterruptedException {
        try {
            return new ProcessBuilder(Stream.concat(OWN_NETWORK.stream(), Stream.of("ip", "link", "set", "lo", "up"))
                    .toList()).start().waitFor() == 0;
        } catch (IOException e) {
            return false; // unshare is not installed
        }
    }
}
