package io.apexproxy.runtime.engine.tls;

import io.apexproxy.runtime.engine.UnmarkedEndException;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * The handshake of a TLS channel: alternates between records of the peer, records of the engine, and its computations,
 * which run on other threads. On the loop's thread only.
 */
final class Handshake {

    private final TlsChannel channel;
    private final SSLEngine engine;
    private final TlsBuffers buffers;
    private final RecordInput input;
    private final RecordReader reader;
    private final RecordWriter writer;
    private final Object attachment;
    private final CompletionHandler<Void, Object> handler;
    private boolean computing;
    /** Whether a step is taken. A write that completes meanwhile must not start this again. */
    private boolean proceeding;
    /** Why the handshake fails, after its alert is written; null while it can succeed. */
    private Throwable failure;
    private boolean done;

    Handshake(TlsChannel channel, SSLEngine engine, TlsBuffers buffers, RecordInput input, RecordReader reader,
            RecordWriter writer, Object attachment, CompletionHandler<Void, Object> handler) {
        this.channel = channel;
        this.engine = engine;
        this.buffers = buffers;
        this.input = input;
        this.reader = reader;
        this.writer = writer;
        this.attachment = attachment;
        this.handler = handler;
    }

    void begin() {
        try {
            engine.beginHandshake();
        } catch (SSLException | RuntimeException e) {
            failure = e;
        }
        proceed();
    }

    /** Continues as far as possible. Called when bytes have arrived or are written, and after computations. */
    void proceed() {
        if (computing || proceeding) {
            return;
        }
        proceeding = true;
        try {
            while (!done && advance()) {
                // the next step can follow at once
            }
        } finally {
            proceeding = false;
        }
    }

    /** Takes the next step. Returns whether another one can follow at once. */
    private boolean advance() {
        if (failure != null) {
            if (!writer.isControlPending()) {
                end();
            }
            return false;
        }
        try {
            return step();
        } catch (IOException | RuntimeException e) {
            failure = e;
            writer.writeControl(); // the alert, so that the peer learns the reason
            return true;
        }
    }

    private boolean step() throws IOException {
        if (writer.failure() != null) {
            throw writer.failure();
        }
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                compute();
                return false;
            }
            case NEED_WRAP -> {
                if (!writer.isControlPending()) {
                    writer.writeControl(); // calls proceed() when the records are written
                }
                return !writer.isControlPending();
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                if (input.hasRecord()) {
                    reader.decryptHandshake();
                    return true;
                }
                if (input.failure() instanceof UnmarkedEndException) {
                    throw endedEarly();
                }
                if (input.failure() != null) {
                    throw input.failure();
                }
                input.await(); // calls proceed() when bytes have arrived
                return false;
            }
            default -> {
                if (engine.isInboundDone() || engine.isOutboundDone()) {
                    throw endedEarly();
                }
                if (!writer.isControlPending()) {
                    end();
                }
                return false;
            }
        }
    }

    private static SSLException endedEarly() {
        return new SSLException("the peer closed the connection during the handshake");
    }

    private void compute() {
        computing = true;
        try {
            buffers.tasks().execute(() -> {
                try {
                    runTasks(engine); // a failure is thrown by the next call of the engine
                } finally {
                    resume();
                }
            });
        } catch (RejectedExecutionException e) {
            computing = false;
            throw e;
        }
    }

    static void runTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private void resume() {
        try {
            channel.loop().execute(() -> {
                computing = false;
                proceed();
            });
        } catch (RejectedExecutionException e) {
            computing = false; // the loop has ended with all channels
        }
    }

    private void end() {
        done = true;
        channel.handshakeEnded();
        if (failure != null) {
            handler.failed(failure, attachment);
        } else {
            handler.completed(null, attachment);
        }
    }

    /** Fails the handshake of the closed channel. */
    void channelClosed() {
        if (!done) {
            done = true;
            handler.failed(new AsynchronousCloseException(), attachment);
        }
    }
}
