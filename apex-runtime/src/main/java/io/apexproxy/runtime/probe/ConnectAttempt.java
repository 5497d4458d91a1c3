package io.apexproxy.runtime.probe;

import io.apexproxy.api.Backend;
import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.tls.TlsChannel;
import io.apexproxy.runtime.log.Durations;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.BackendTls;
import io.apexproxy.runtime.prologue.Prologue;
import io.apexproxy.runtime.prologue.PrologueOwner;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The opening of one connection: connect, send the PROXY protocol header, start TLS. On the loop's thread, except where
 * stated.
 */
final class ConnectAttempt implements OpenConnection, PrologueOwner {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");

    private static final CompletionHandler<Void, ConnectAttempt> CONNECT = new CompletionHandler<>() {
        @Override
        public void completed(Void nothing, ConnectAttempt attempt) {
            if (!attempt.done) {
                try {
                    attempt.beginPrologue();
                } catch (IOException | RuntimeException | OutOfMemoryError e) { // else the attempt would hang
                    attempt.failed(e);
                }
            }
        }

        @Override
        public void failed(Throwable cause, ConnectAttempt attempt) {
            attempt.connectFailed(cause);
        }
    };

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
    private boolean tlsBegun;
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
                DeferredAck.begin(channel);
            }
            channel.connect(address, this, CONNECT);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            fail(Failures.of("", e));
        }
    }

    private void connectFailed(Throwable failure) {
        fail(!channel.isTcp() && Failures.isAcceptQueueFull(failure) ? new IOException("accept queue full", failure)
                : Failures.of("", failure));
    }

    private void beginPrologue() throws IOException {
        byte[] header = backend.preamble(channel.getLocalAddress());
        Optional<BackendTls> tls = backend instanceof BackendState state ? state.probeTls() : Optional.empty();
        if (header.length == 0 && tls.isEmpty()) {
            established();
        } else {
            DeferredAck.end(channel);
            new Prologue(this, channel, header, tls.isPresent() && tls.get().requestsTls(),
                    tls.map(present -> transport -> secured(transport, (BackendState) backend, present))).begin();
        }
    }

    private TlsChannel secured(LoopSocketChannel transport, BackendState state, BackendTls tls) {
        return new TlsChannel(transport, tls.context().newEngine(state.host(), state.port()), probeLoop.tlsBuffers());
    }

    @Override
    public void secured(LoopSocketChannel next) {
        channel = next;
        tlsBegun = true;
    }

    @Override
    public void failed(Throwable cause) {
        fail(tlsBegun ? Failures.ofTls(cause) : Failures.of("", cause));
    }

    @Override
    public void failedUnexpectedly(Throwable exception) {
        failed(exception);
    }

    @Override
    public void established() {
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
}
