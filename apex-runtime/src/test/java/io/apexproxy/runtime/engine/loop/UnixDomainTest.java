package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#engines")
final class UnixDomainTest {
    @TempDir
    Path directory;

    private final Implementation implementation;
    private LoopGroup loop;

    UnixDomainTest(Implementation implementation) {
        this.implementation = implementation;
    }

    @BeforeEach
    void openGroup() throws IOException {
        loop = implementation.newEngine().openAsynchronousChannelGroup(1, Thread::new);
    }

    @AfterEach
    void closeGroup() {
        loop.shutdownNow();
    }

    @Test
    void bytesArriveInBothDirections() throws IOException {
        var address = socket("echo");
        var server = loop.openServer(address).bind(address);
        var accept = new Completion<AsynchronousSocketChannel>();
        server.accept(null, accept);
        var client = loop.openSocket(socket("any"));
        var connect = new Completion<Void>();

        client.connect(address, null, connect);

        connect.result();
        var accepted = accept.result();
        assertThat(client.getRemoteAddress()).isEqualTo(address);
        assertThat(move(client, accepted, "there")).isEqualTo("there");
        assertThat(move(accepted, client, "back")).isEqualTo("back");
        client.shutdownOutput();
        var end = new Completion<Integer>();
        accepted.read(ByteBuffer.allocate(1), null, end);
        assertThat(end.result()).isEqualTo(-1);
        assertThatThrownBy(() -> accepted.connect(address, null, new Completion<>()))
                .isInstanceOf(AlreadyConnectedException.class);
    }

    @Test
    void missingSocketFileFailsTheConnectAndClosesTheChannel() throws IOException {
        var client = loop.openSocket(socket("any"));
        var connect = new Completion<Void>();

        client.connect(socket("missing"), null, connect);

        assertThat(connect.failure()).isInstanceOf(IOException.class);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void internetAddressThrows() throws IOException {
        var client = loop.openSocket(socket("any"));

        assertThatThrownBy(() -> client.connect(Net.loopback(1), null, new Completion<>()))
                .isInstanceOf(UnsupportedAddressTypeException.class);
    }

    private UnixDomainSocketAddress socket(String name) {
        return UnixDomainSocketAddress.of(directory.resolve(name));
    }

    private static String move(AsynchronousSocketChannel from, AsynchronousSocketChannel to, String text) {
        var write = new Completion<Integer>();
        from.write(Net.bytes(text), null, write);
        assertThat(write.result()).isEqualTo(text.length());
        var buffer = ByteBuffer.allocate(16);
        var read = new Completion<Integer>();
        to.read(buffer, null, read);
        assertThat(read.result()).isEqualTo(text.length());
        return Net.text(buffer);
    }
}
