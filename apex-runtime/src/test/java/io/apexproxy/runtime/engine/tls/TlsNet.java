package io.apexproxy.runtime.engine.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.buffer.BufferMemory;
import io.apexproxy.runtime.buffer.BufferPool;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.select.SelectTransport;
import io.apexproxy.test.LogCapture;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.net.ssl.SSLEngine;

/**
 * An event loop, its buffers and channels. Closing it closes the channels, and asserts that all buffers are released
 * and that the engine has logged nothing.
 */
final class TlsNet implements AutoCloseable {

    private static final int LONGEST_READ_MILLIS = 20_000;
    private static final ThreadFactory DAEMONS = task -> {
        Thread thread = new Thread(task, "tls-test");
        thread.setDaemon(true);
        return thread;
    };

    private final LogCapture log = LogCapture.of("apex.engine");
    private final LoopGroup loop;
    private final BufferPool pool = new BufferPool(new BufferMemory(256L << 20, 1), 0);
    private final ExecutorService threads = Executors.newCachedThreadPool(DAEMONS);
    private final List<Closeable> open = new CopyOnWriteArrayList<>();
    private final TlsBuffers buffers;

    TlsNet() {
        this(null);
    }

    /** Creates a loop whose handshakes are computed by an executor. */
    TlsNet(Executor tasks) {
        try {
            loop = SelectTransport.newProvider().openLoop(DAEMONS, TurnObserver.NONE);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        buffers = new TlsBuffers(pool, tasks == null ? threads : tasks);
    }

    LoopGroup loop() {
        return loop;
    }

    ExecutorService threads() {
        return threads;
    }

    /** Runs an operation on the loop. */
    <V> Outcome<V> call(Consumer<CompletionHandler<V, Object>> operation) {
        Outcome<V> outcome = new Outcome<>();
        loop.execute(() -> {
            try {
                operation.accept(outcome);
            } catch (Throwable e) {
                outcome.failed(e, null);
            }
        });
        return outcome;
    }

    /** Returns a TLS channel and the plain socket that its transport is connected to. */
    Connection connect(SSLEngine engine, byte... received) {
        return connect(engine, 0, received);
    }

    /** Returns a TLS channel and a plain socket. Their buffers have this size, unless it is 0. */
    Connection connect(SSLEngine engine, int bufferBytes, byte... received) {
        try (ServerSocket listening = new ServerSocket()) {
            if (bufferBytes > 0) {
                listening.setReceiveBufferSize(bufferBytes);
            }
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            LoopSocketChannel transport = loop.openSocket(listening.getLocalSocketAddress());
            if (bufferBytes > 0) {
                transport.setOption(StandardSocketOptions.SO_SNDBUF, bufferBytes);
            }
            Outcome<Void> connected =
                    call(handler -> transport.connect(listening.getLocalSocketAddress(), null, handler));
            Socket socket = listening.accept();
            open.add(socket);
            socket.setSoTimeout(LONGEST_READ_MILLIS);
            socket.setTcpNoDelay(true);
            connected.result();
            return new Connection(channel(transport, engine, received), socket);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns two TLS channels of the loop that are connected to each other. */
    TlsEnd[] connectChannels(SSLEngine client, SSLEngine server) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var listening = loop.openServer(address);
        listening.bind(address);
        Outcome<AsynchronousSocketChannel> accepted =
                call(handler -> listening.accept(null, handler));
        LoopSocketChannel transport = loop.openSocket(address);
        Outcome<Void> connected = call(handler -> {
            try {
                transport.connect(listening.getLocalAddress(), null, handler);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        connected.result();
        LoopSocketChannel peer = (LoopSocketChannel) accepted.result();
        listening.close();
        return new TlsEnd[] {channel(transport, client), channel(peer, server)};
    }

    private TlsEnd channel(LoopSocketChannel transport, SSLEngine engine, byte... received) {
        TlsChannel channel = this.<TlsChannel>call(handler -> handler.completed(
                new TlsChannel(transport, engine, buffers, ByteBuffer.wrap(received)), null)).result();
        open.add(channel);
        return new TlsEnd(this, channel);
    }

    /** A TLS channel and its plain peer. */
    record Connection(TlsEnd end, Socket socket) {
    }

    /** Returns the bytes of the lent buffers. */
    long lentBytes() {
        return IntStream.range(0, BufferPool.SIZES)
                .mapToLong(size -> pool.countLent(size) * BufferPool.bytes(size)).sum();
    }

    /** Closes all channels and sockets, and awaits that all buffers are released. */
    void closeConnections() {
        for (Closeable each : open) {
            try {
                each.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        open.clear();
        await().atMost(Duration.ofSeconds(20)).until(() -> lentBytes() == 0);
    }

    @Override
    public void close() {
        try {
            closeConnections();
        } finally {
            loop.shutdownNow();
            threads.shutdown();
            await().atMost(Duration.ofSeconds(20)).until(loop::isTerminated);
            log.close();
        }
        assertThat(log.traces()).isEmpty();
        assertThat(log.lines()).isEmpty();
    }
}
