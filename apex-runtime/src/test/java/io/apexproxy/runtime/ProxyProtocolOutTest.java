package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.pool.health.NoHealthCheckProvider;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of pools whose connections begin with PROXY protocol headers. */
class ProxyProtocolOutTest {

    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;

    /** The headers that the backend has received, without probes that were cut. */
    private final BlockingQueue<byte[]> headers = new LinkedBlockingQueue<>();

    private static TestProxy.Setup unchecked() {
        return TestProxy.threads(2).provider(new NoHealthCheckProvider()).healthCheck("\"none\"");
    }

    /** Returns a server that reads a header and echoes the rest. */
    private TestServer backend() {
        return TestServer.serving(socket -> {
            headers.add(readHeader(socket.getInputStream()));
            socket.getInputStream().transferTo(socket.getOutputStream());
        });
    }

    private static byte[] readHeader(InputStream in) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        int first = in.read();
        if (first < 0) {
            return new byte[0];
        }
        header.write(first);
        if (first == SIGNATURE[0]) {
            header.write(in.readNBytes(15));
            header.write(in.readNBytes(ByteBuffer.wrap(header.toByteArray()).getShort(14)));
        } else {
            for (int next = in.read(); next >= 0; next = in.read()) {
                header.write(next);
                if (next == '\n') {
                    break;
                }
            }
        }
        return header.toByteArray();
    }

    private byte[] nextHeader() throws InterruptedException {
        byte[] header = headers.poll(TestProxy.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(header).as("a header").isNotNull();
        return header;
    }

    private static String line(InetSocketAddress source, InetSocketAddress destination) {
        return "PROXY TCP4 " + source.getAddress().getHostAddress() + " " + destination.getAddress().getHostAddress()
                + " " + source.getPort() + " " + destination.getPort() + "\r\n";
    }

    private static InetSocketAddress local(Socket client) {
        return (InetSocketAddress) client.getLocalSocketAddress();
    }

    private static InetSocketAddress remote(Socket client) {
        return (InetSocketAddress) client.getRemoteSocketAddress();
    }

    @Test
    void version1HasTheAddressesOfTheClientConnection() throws Exception {
        try (var backend = backend();
                var proxy = unchecked().pool("proxy_protocol = \"v1\"").over(backend);
                var client = proxy.connect()) {
            assertThat(Bytes.ping(client)).isEqualTo('p');
            assertThat(nextHeader()).asString().isEqualTo(line(local(client), remote(client)));
        }
    }

    @Test
    void version2HasTheAddressesOfTheClientConnection() throws Exception {
        try (var backend = backend();
                var proxy = unchecked().pool("proxy_protocol = \"v2\"").over(backend);
                var client = proxy.connect()) {
            assertThat(Bytes.ping(client)).isEqualTo('p');
            ByteBuffer header = ByteBuffer.wrap(nextHeader());
            assertThat(header.get(12)).isEqualTo((byte) PROXY);
            assertThat(Short.toUnsignedInt(header.getShort(24))).isEqualTo(client.getLocalPort());
            assertThat(Short.toUnsignedInt(header.getShort(26))).isEqualTo(client.getPort());
        }
    }

    @Test
    void headerIsSentForClientThatSendsNothing() throws Exception {
        try (var backend = backend();
                var proxy = unchecked().pool("proxy_protocol = \"v1\"").over(backend);
                var client = proxy.connect()) {
            assertThat(nextHeader()).asString().isEqualTo(line(local(client), remote(client)));
        }
    }

    @Test
    void bytesOfTheHeaderAreNotCounted() throws Exception {
        try (var backend = backend();
                var proxy = unchecked().pool("proxy_protocol = \"v2\"").over(backend);
                var client = proxy.connect()) {
            assertThat(Bytes.ping(client)).isEqualTo('p');
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            proxy.awaitEnding("client-closed");
            assertThat(proxy.backend(0).bytesToBackend()).isOne();
        }
    }

    @Test
    void nextBackendGetsTheHeaderAfterAFailedConnect() throws Exception {
        String refusing = "127.0.0.1:" + FreePorts.next();
        try (var backend = backend();
                var proxy = unchecked().pool("proxy_protocol = \"v1\"")
                        .over(refusing, backend.address())) {
            for (int i = 0; i < 4; i++) {
                try (var client = proxy.connect()) {
                    assertThat(Bytes.ping(client)).isEqualTo('p');
                    assertThat(nextHeader()).asString().isEqualTo(line(local(client), remote(client)));
                }
            }
            assertThat(proxy.backend(0).connectErrors()).isPositive();
        }
    }

    @Test
    void claimedAddressIsPassedOn() throws Exception {
        try (var backend = backend();
                var proxy = unchecked().listener("proxy_protocol = { from = [\"127.0.0.1\"] }")
                        .pool("proxy_protocol = \"v1\"").over(backend);
                var client = proxy.connect()) {
            String header = "PROXY TCP6 2001:db8::1 2001:db8::2 4242 443\r\n";
            client.getOutputStream().write(header.getBytes(StandardCharsets.US_ASCII));
            assertThat(Bytes.ping(client)).isEqualTo('p');
            assertThat(nextHeader()).asString().isEqualTo(header);
        }
    }

    @Test
    void clientOfAUnixSocketIsUnknown(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("apex");
        try (var backend = backend();
                var proxy = unchecked().listenAddress("unix:" + file).pool("proxy_protocol = \"v1\"").over(backend);
                var client = UnixServer.connect(file)) {
            assertThat(proxy.snapshot().listeners()).hasSize(1);
            assertThat(client.isConnected()).isTrue();
            assertThat(nextHeader()).asString().isEqualTo("PROXY UNKNOWN\r\n");
        }
    }

    @Test
    void probesBeginWithLocalHeaderInVersion2() throws Exception {
        try (var backend = backend(); var proxy = TestProxy.threads(2).pool("proxy_protocol = \"v2\"").over(backend)) {
            assertThat(nextHeader()[12]).isEqualTo((byte) LOCAL);
            assertThat(proxy.backend(0).state()).isEqualTo("up");
        }
    }

    @Test
    void probesBeginWithTheirOwnAddressesInVersion1() throws Exception {
        try (var backend = backend(); var proxy = TestProxy.threads(2).pool("proxy_protocol = \"v1\"").over(backend)) {
            assertThat(nextHeader()).asString()
                    .matches("PROXY TCP4 127\\.0\\.0\\.1 127\\.0\\.0\\.1 \\d+ " + backend.port() + "\r\n");
            assertThat(proxy.backend(0).state()).isEqualTo("up");
        }
    }

    @Test
    void healthCheckCanDifferFromThePool() throws Exception {
        String check = "{ provider = \"tcp\", interval = \"1h\", proxy_protocol = \"v1\" }";
        try (var backend = backend();
                var proxy = TestProxy.threads(2).pool("proxy_protocol = \"v2\"").healthCheck(check).over(backend);
                var client = proxy.connect()) {
            assertThat(nextHeader()).asString().startsWith("PROXY TCP4 ");
            assertThat(Bytes.ping(client)).isEqualTo('p');
            assertThat(nextHeader()[12]).isEqualTo((byte) PROXY);
        }
    }

    @Test
    void connectionsUseTheSourceAddress() throws Exception {
        BlockingQueue<String> sources = new LinkedBlockingQueue<>();
        try (var backend = TestServer.serving(socket -> {
            sources.add(socket.getInetAddress().getHostAddress());
            socket.getInputStream().transferTo(socket.getOutputStream());
        }); var proxy = unchecked().pool("source_address = \"127.0.0.77\"")
                .over(backend); var client = proxy.connect()) {
            assertThat(Bytes.ping(client)).isEqualTo('p');
            assertThat(List.copyOf(sources)).containsExactly("127.0.0.77");
        }
    }
}
