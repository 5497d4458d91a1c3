package io.apexproxy.runtime.engine.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.runtime.engine.linux.PassedDescriptor.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of what the kernel says about descriptors. */
class PassedDescriptorTest {
    /** Above the limit of descriptors, so never open. */
    private static final int CLOSED = Integer.MAX_VALUE;

    @TempDir
    Path directory;

    private final List<NativeSocket> opened = new ArrayList<>();
    private SystemCalls calls;

    @BeforeEach
    void requireNativeCalls() {
        assumeTrue(LinuxSupport.unavailability().isEmpty(), "no native calls");
        calls = LinuxSupport.calls().get();
    }

    @AfterEach
    void close() {
        opened.forEach(socket -> socket.close(calls));
    }

    private NativeSocket open(StandardProtocolFamily family) throws IOException {
        NativeSocket socket = NativeSocket.open(calls, family);
        opened.add(socket);
        return socket;
    }

    private PassedDescriptor adopt(NativeSocket socket) throws IOException {
        return PassedDescriptor.adopt(calls, socket.descriptor());
    }

    @Test
    void listeningSocketHasItsAddress() throws IOException {
        NativeSocket socket = open(StandardProtocolFamily.INET);
        socket.bind(calls, new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        assertThat(adopt(socket).kind()).isEqualTo(Kind.NOT_LISTENING);
        socket.listen(calls, 1);

        PassedDescriptor passed = adopt(socket);

        assertThat(passed.kind()).isEqualTo(Kind.LISTENING);
        assertThat(passed.address()).contains(socket.localAddress(calls));
        assertThat(passed.receivesIpv4()).isFalse();
    }

    @Test
    void socketOfIpv6ReceivesIpv4UnlessItsOptionForbidsIt() throws IOException {
        for (int only : new int[] {0, 1}) {
            NativeSocket socket;
            try {
                socket = open(StandardProtocolFamily.INET6);
            } catch (UnsupportedOperationException e) {
                assumeTrue(false, e.getMessage());
                return;
            }
            NativeOption.IPV6_V6ONLY.set(calls, socket.descriptor(), only);
            socket.bind(calls, new InetSocketAddress(InetAddress.getByName("::"), 0));
            socket.listen(calls, 1);

            assertThat(adopt(socket).receivesIpv4()).isEqualTo(only == 0);
        }
    }

    @Test
    void unixDomainSocketHasItsPath() throws IOException {
        var address = UnixDomainSocketAddress.of(directory.resolve("s"));
        NativeSocket socket = open(StandardProtocolFamily.UNIX);
        socket.bind(calls, address);
        socket.listen(calls, 1);

        assertThat(adopt(socket).address()).contains(address);
    }

    @Test
    void otherDescriptorsAreNoSockets() throws IOException {
        int counter = calls.eventfd();
        try {
            assertThat(PassedDescriptor.adopt(calls, counter).kind()).isEqualTo(Kind.NO_SOCKET);
            assertThat(PassedDescriptor.adopt(calls, CLOSED).kind()).isEqualTo(Kind.NO_SOCKET);
        } finally {
            calls.close(counter);
        }
    }
}
