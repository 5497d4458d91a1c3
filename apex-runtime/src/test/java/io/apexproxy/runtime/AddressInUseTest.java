package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.test.Bytes;
import io.apexproxy.test.HeldPort;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Tests of an address that is in use: only the loops of one proxy share an address. */
@RelayMatrix
class AddressInUseTest {

    @Parameter
    int threads;

    @Test
    void startFailsIfAnotherProgramListensOnTheAddress() throws IOException {
        try (var backend = TestServer.echo();
                var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + other.getLocalPort();
            assertThatThrownBy(() -> TestProxy.threads(threads).listenAddress(address).over(backend))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageEndingWith("config.toml:3:15: listeners.web.listen_addr: " + address
                            + " is in use by another process");
        }
    }

    @Test
    void startFailsIfAnotherProxyListensOnTheAddressAndThatOneContinues() throws IOException {
        try (var backend = TestServer.echo(); var first = TestProxy.threads(threads).over(backend)) {
            String address = "127.0.0.1:" + first.port();
            assertThatThrownBy(() -> TestProxy.threads(threads).listenAddress(address).over(backend))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(address + " is in use");
            for (int i = 0; i < 20; i++) {
                try (var client = first.connect()) {
                    assertThat(Bytes.ping(client)).isEqualTo('p');
                }
            }
        }
    }

    @Test
    void addressIsFreeImmediatelyAfterTheProxyHasEnded() throws IOException {
        try (var backend = TestServer.echo(); var held = HeldPort.any()) {
            String address = held.address();
            try (var first = TestProxy.threads(threads).listenAddress(address).over(backend);
                    var client = first.connect()) {
                assertThat(Bytes.ping(client)).isEqualTo('p');
            }
            try (var second = TestProxy.threads(threads).listenAddress(address).over(backend);
                    var client = second.connect()) {
                assertThat(Bytes.ping(client)).isEqualTo('p');
            }
        }
    }
}
