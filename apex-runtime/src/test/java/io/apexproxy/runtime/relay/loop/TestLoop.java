package io.apexproxy.runtime.relay.loop;

import io.apexproxy.runtime.buffer.BufferMemory;
import io.apexproxy.runtime.buffer.BufferPool;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.select.SelectTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.CompletionHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;

/** A relay loop on the selector engine, with channels that are connected to plain sockets. */
public final class TestLoop implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 30;
    private static final long MIB = 1024 * 1024;

    private final RelayLoop loop;
    private final List<Socket> sockets = new ArrayList<>();

    /** Starts a loop with 16 MiB of buffers. */
    public TestLoop() {
        this(new BufferMemory(16 * MIB, 1));
    }

    /** Starts a loop with this memory for buffers. */
    public TestLoop(BufferMemory memory) {
        try {
            loop = new RelayLoop(0, SelectTransport.newProvider(), memory, new Handshakes(1, () -> {}));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the loop. */
    public RelayLoop loop() {
        return loop;
    }

    /** Runs an action on the loop's thread and returns its result. */
    public <T> T call(Callable<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(action.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return get(result);
    }

    /** Runs an action on the loop's thread and waits for its end. */
    public void run(Runnable action) {
        call(() -> {
            action.run();
            return true;
        });
    }

    /** Waits for the result of a future. */
    public static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("expected a result", e);
        }
    }

    /** Returns the number of lent buffers of all sizes. */
    public long lentBuffers() {
        return LongStream.range(0, BufferPool.SIZES).map(size -> loop.buffers().countLent((int) size)).sum();
    }

    /** Returns a channel of the loop that is connected to a plain socket. */
    public Pair connected() {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            LoopSocketChannel channel = loop.openSocket(listening.getLocalSocketAddress());
            CompletableFuture<Void> connected = new CompletableFuture<>();
            channel.connect(listening.getLocalSocketAddress(), null, new CompletionHandler<Void, Object>() {
                @Override
                public void completed(Void nothing, Object attachment) {
                    connected.complete(null);
                }

                @Override
                public void failed(Throwable cause, Object attachment) {
                    connected.completeExceptionally(cause);
                }
            });
            Socket socket = listening.accept();
            sockets.add(socket);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            get(connected);
            return new Pair(channel, socket);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        loop.close();
    }

    /** A channel of the loop and the plain socket that it is connected to. */
    public record Pair(LoopSocketChannel channel, Socket socket) {
    }
}
