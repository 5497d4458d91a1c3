package io.apexproxy.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("isLittleEndian") // as the lines in this test are
class TcpTableTest {

    private final Map<String, Long> found = new HashMap<>();
    private final Map<String, String> connections = new HashMap<>();

    static boolean isLittleEndian() {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    }

    @BeforeEach
    void enter() throws UnknownHostException {
        TcpTable.enter(connections, address("127.0.0.1", 8081), address("10.0.0.2", 50_000), "four");
        TcpTable.enter(connections, address("::1", 8081), address("2001:db8::5", 50_001), "six");
    }

    private static InetSocketAddress address(String host, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    private void scan(String line) {
        TcpTable.scan(line, connections, found::put);
    }

    @Test
    void connectionIsFoundByItsTwoAddresses() {
        scan("   0: 0100007F:1F91 0200000A:C350 01 0000A3F0:00000010 01:00000014 00000000     0        0 4711 1 0");

        assertThat(found).containsOnly(Map.entry("four", 0xa3f0L));
    }

    @Test
    void otherConnectionsAreIgnored() {
        scan("   0: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0");
        scan("1234567: 0100007F:1F91 0200000A:C351 01 00000001:00000000 00:00000000 00000000     0        0 4711 1 0");

        assertThat(found).isEmpty();
    }

    @Test
    void dualStackSocketIsFoundByItsMappedAddress() {
        scan("   1: 0000000000000000FFFF00000100007F:1F91 0000000000000000FFFF00000200000A:C350 "
                + "01 00000000:00000000 00:0");

        assertThat(found).containsOnly(Map.entry("four", 0L));
    }

    @Test
    void ipv6ConnectionIsFound() {
        scan("   1: 00000000000000000000000001000000:1F91 B80D0120000000000000000005000000:C351 "
                + "08 00000007:00000000 00:0");

        assertThat(found).containsOnly(Map.entry("six", 7L));
    }

    @Test
    void scanFindsAnOpenConnectionAndPausesInProportion() throws Exception {
        Assumptions.assumeTrue(TcpTable.isReadable(), "the system has no list of TCP connections");
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            Map<String, String> wanted = new HashMap<>();
            TcpTable.enter(wanted, (InetSocketAddress) client.getLocalSocketAddress(),
                    (InetSocketAddress) client.getRemoteSocketAddress(), "client");

            TcpTable.scan(wanted, found::put, nanos -> assertThat(nanos).isNotNegative());

            assertThat(accepted.isConnected()).isTrue();
            assertThat(found).containsOnly(Map.entry("client", 0L));
        }
    }
}
