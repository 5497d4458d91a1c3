package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Tests of backends that lead back to a listener through a name, which the configuration check cannot detect. */
@RelayMatrix
class ForwardingLoopTest {

    /** Far below the number of connections of an undetected loop, which only a limit stops. */
    private static final long MAX_CONNECTIONS = 8;

    @Parameter
    int threads;

    private String config(String listened, int first, int second, String backendOfFirst, String backendOfSecond) {
        return """
                threads = %d
                max_connections = 2000
                [listeners.first]
                listen_addr = "%2$s:%3$d"
                pool = "first"
                [listeners.second]
                listen_addr = "%2$s:%4$d"
                pool = "second"
                [pools.first]
                backends = ["%5$s"]
                health_check = { provider = "scripted" }
                [pools.second]
                backends = ["%6$s"]
                health_check = { provider = "scripted" }
                """.formatted(threads, listened, first, second, backendOfFirst, backendOfSecond);
    }

    private static long accepted(ReloadFixture apex) {
        return apex.proxy().snapshot().listeners().stream().mapToLong(listener -> listener.accepted()).sum();
    }

    private static void assertLoopIsRefused(ReloadFixture apex, InetSocketAddress address) {
        assertThat(ReloadFixture.ask(address)).isEqualTo(Conversation.CLOSED);

        Awaitility.await().until(() -> apex.proxy().snapshot().connections() == 0);
        assertThat(accepted(apex)).isBetween(3L, MAX_CONNECTIONS);
        Map<String, Long> endings = apex.proxy().snapshot().endings();
        assertThat(endings.get("forwarding-loop")).isPositive();
        assertThat(apex.log.lines()).filteredOn(line -> line.contains("has passed this listener before")).hasSize(1)
                .first().asString().startsWith("WARN listeners.")
                .containsPattern("first -> second -> first|second -> first -> second");
    }

    @Test
    void loopOfTwoListenersIsRefused() {
        try (var apex = new ReloadFixture()) {
            int first = apex.freePort();
            int second = apex.freePort();
            apex.names.set("loop.test", "127.0.0.1");
            apex.start(config("127.0.0.1", first, second, "loop.test:" + second, "loop.test:" + first));
            assertLoopIsRefused(apex, new InetSocketAddress("127.0.0.1", first));
        }
    }

    @Test
    void loopThroughAWildcardAddressIsRefused() {
        try (var apex = new ReloadFixture()) {
            int first = apex.freePort();
            int second = apex.freePort();
            apex.names.set("loop.test", "127.0.0.2");
            apex.start(config("0.0.0.0", first, second, "loop.test:" + second, "loop.test:" + first));
            assertLoopIsRefused(apex, new InetSocketAddress("127.0.0.1", first));
        }
    }

    /** A connect to such an address completes in a later turn than the accept. */
    @Test
    void loopThroughANonLoopbackAddressIsRefused() throws IOException {
        Optional<InetAddress> own = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress()).findFirst();
        Assumptions.assumeTrue(own.isPresent(), "this machine has loopback addresses only");
        try (var apex = new ReloadFixture()) {
            int first = apex.freePort();
            int second = apex.freePort();
            apex.names.set("loop.test", own.get().getHostAddress());
            apex.start(config("0.0.0.0", first, second, "loop.test:" + second, "loop.test:" + first));
            assertLoopIsRefused(apex, new InetSocketAddress("127.0.0.1", first));
        }
    }

    @Test
    void chainOfTwoListenersIsServed() {
        try (var apex = new ReloadFixture()) {
            NamedServer a = apex.server("a");
            int first = apex.freePort();
            int second = apex.freePort();
            apex.start(config("127.0.0.1", first, second, "127.0.0.1:" + second, a.address()));
            InetSocketAddress address = new InetSocketAddress("127.0.0.1", first);
            for (int i = 0; i < 20; i++) {
                assertThat(List.of(ReloadFixture.ask(address), ReloadFixture.ask(address))).containsOnly("a");
            }
            assertThat(apex.log.lines()).noneMatch(line -> line.startsWith("WARN"));
            assertThat(apex.proxy().snapshot().endings().get("forwarding-loop")).isZero();
        }
    }
}
