package io.apexproxy.runtime.probe;

import io.apexproxy.api.Backend;
import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.log.Durations;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.BackendTls;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The opening of one connection: connect, send the PROXY protocol header, start TLS. On the loop's thread, except where
 * stated.
 */
final class ConnectAttempt implements OpenConnection {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");

    private final ProbeConnections connections;
    private final ProbeLoop probeLoop;
    private final Loop loop;
    private final Backend backend;
    private final SocketAddress address;
    private final Duration timeout;
    private final CompletableFuture<AsynchronousByteChannel> first = new CompletableFuture<>();
    private final LoopFuture<AsynchronousByteChannel> result;
    /** Null before the start. */
    private Deadline deadline;
    /** Null before the start. */
    private LoopSocketChannel channel;
    /** Null until the channel can be used. */
    private ProbeChannel opened;
    private boolean done;

    ConnectAttempt(ProbeConnections connections, ProbeLoop probeLoop, Backend backend, SocketAddress address,
            Duration timeout) {
        this.connections = connections;
        this.probeLoop = probeLoop;
        this.loop = probeLoop.loop();
        this.backend = backend;
        this.address = address;
        this.timeout = timeout;
        this.result = new LoopFuture<>(first, connections.executor(), this::abandon);
    }

    /** Returns the future channel. Any thread. */
    LoopFuture<AsynchronousByteChannel> result() {
        return result;
    }

    void start() {
        if (done) {
            return;
        }
        if (connections.isClosed()) {
            abort();
            return;
        }
        connections.add(this);
        deadline = Deadline.after(timeout, loop,
                () -> fail(new IOException("timed out after " + Durations.text(timeout))));
        try {
            channel = loop.openSocket(address);
            if (channel.isTcp()) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            channel.connect(address, null, step(connected -> sendPreamble(), this::connectFailed));
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            fail(Failures.of("", e));
        }
    }

    private void connectFailed(Throwable failure) {
        fail(!channel.isTcp() && Failures.isAcceptQueueFull(failure) ? new IOException("accept queue full", failure)
                : Failures.of("", failure));
    }

    private void sendPreamble() throws IOException {
        write(ByteBuffer.wrap(backend.preamble(channel.getLocalAddress())), this::startTls, this::failPlain);
    }

    private void startTls() {
        Optional<BackendTls> tls = backend instanceof BackendState state ? state.probeTls() : Optional.empty();
        if (tls.isPresent()) {
            TlsStart.run(this, (BackendState) backend, tls.get());
        } else {
            complete();
        }
    }

    private void failPlain(Throwable failure) {
        fail(Failures.of("", failure));
    }

    /** Writes all bytes, and then takes the next step. */
    void write(ByteBuffer bytes, Runnable next, Consumer<Throwable> failed) {
        if (bytes.hasRemaining()) {
            channel.write(bytes, null, step(count -> write(bytes, next, failed), failed));
        } else {
            next.run();
        }
    }

    /** Returns a handler that takes the next step unless the attempt has ended. */
    <T> CompletionHandler<T, Void> step(Step<T> next, Consumer<Throwable> failed) {
        return new CompletionHandler<>() {
            @Override
            public void completed(T value, Void nothing) {
                if (!done) {
                    try {
                        next.take(value);
                    } catch (IOException | RuntimeException | OutOfMemoryError e) { // else the attempt would hang
                        failed.accept(e);
                    }
                }
            }

            @Override
            public void failed(Throwable failure, Void nothing) {
                failed.accept(failure);
            }
        };
    }

    ProbeLoop probeLoop() {
        return probeLoop;
    }

    SocketAddress address() {
        return address;
    }

    LoopSocketChannel channel() {
        return channel;
    }

    /** Replaces the channel by one that uses it as transport. */
    void setChannel(LoopSocketChannel next) {
        channel = next;
    }

    void complete() {
        if (end()) {
            opened = new ProbeChannel(connections, channel, timeout);
            connections.add(opened);
            first.complete(opened);
        }
    }

    void fail(IOException failure) {
        if (end()) {
            if (channel != null) {
                channel.close();
            }
            first.completeExceptionally(failure);
        }
    }

    private boolean end() {
        if (done) {
            return false;
        }
        done = true;
        connections.remove(this);
        if (deadline != null) {
            deadline.cancel();
        }
        return true;
    }

    @Override
    public void abort() {
        fail(new ClosedChannelException());
    }

    /** Closes the connection, which the plugin does not want. Any thread. */
    private void abandon() {
        try {
            loop.execute(() -> {
                if (opened != null) {
                    opened.close();
                } else {
                    abort();
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.trace("the loop has ended with all connections", e);
        }
    }

    /** A step of the attempt. */
    interface Step<T> {
        void take(T value) throws IOException;
    }
}
