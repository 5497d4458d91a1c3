package io.apexproxy.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ListenQueueTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void countsConnectionsThatAreNotAccepted() throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
            assertThat(ListenQueue.length(List.of(address))).isZero();
            try (Socket first = new Socket(address.getAddress(), address.getPort());
                    Socket second = new Socket(address.getAddress(), address.getPort())) {
                assertThat(first.isConnected() && second.isConnected()).isTrue();
                Awaitility.await().until(() -> ListenQueue.length(List.of(address)) == 2);
                server.accept().close();
                Awaitility.await().until(() -> ListenQueue.length(List.of(address)) == 1);
            }
        }
    }

    @Test
    void addressesOfOtherKindsAreIgnored() {
        assertThat(ListenQueue.length(List.of(UnixDomainSocketAddress.of("/run/none.sock"),
                InetSocketAddress.createUnresolved("localhost", 1)))).isZero();
    }
}
