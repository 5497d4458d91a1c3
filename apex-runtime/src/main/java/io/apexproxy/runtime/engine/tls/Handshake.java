package io.apexproxy.runtime.engine.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
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
    private final RecordReader reader;
    private final RecordWriter writer;
    private final Object attachment;
    private final CompletionHandler<Void, Object> handler;
    private boolean computing;
    /** Why the handshake fails, after its alert is written; null while it can succeed. */
    private Throwable failure;
    private boolean done;

    Handshake(TlsChannel channel, SSLEngine engine, TlsBuffers buffers, RecordReader reader, RecordWriter writer,
            Object attachment, CompletionHandler<Void, Object> handler) {
        this.channel = channel;
        this.engine = engine;
        this.buffers = buffers;
        this.reader = reader;
        this.writer = writer;
        this.attachment = attachment;
        this.handler = handler;
    }

    void begin() {
        try {
            engine.beginHandshake();
            proceed();
        } catch (SSLException | RuntimeException e) {
            fail(e);
        }
    }

    /** Continues as far as possible. Called when bytes have arrived or are written, and after computations. */
    void proceed() {
        if (done || computing) {
            return;
        }
        if (failure != null) {
            if (!writer.isControlPending()) {
                end();
            }
            return;
        }
        try {
            while (step()) {
                // the next step can follow at once
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    /** Takes the next step. Returns whether another one can follow at once. */
    private boolean step() throws IOException {
        writer.requireNoFailure();
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                compute();
                return false;
            }
            case NEED_WRAP -> {
                if (!writer.isControlPending()) {
                    writer.writeControl(); // calls proceed() when the records are written
                    if (!done && failure == null) {
                        writer.requireNoFailure();
                    }
                }
                return false;
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                if (!reader.hasRecord()) {
                    reader.requireInput();
                    reader.awaitInput(); // calls proceed() when bytes have arrived
                    return false;
                }
                ByteBuffer plain = buffers.plain();
                reader.decryptRecord(plain);
                reader.keep(plain);
                return true;
            }
            default -> {
                if (!writer.isControlPending()) {
                    end();
                }
                return false;
            }
        }
    }

    private void compute() {
        computing = true;
        try {
            buffers.tasks().execute(() -> {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run(); // a failure is thrown by the next call of the engine
                }
                resume();
            });
        } catch (RejectedExecutionException e) {
            computing = false;
            throw e;
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

    /** Fails after the alert of the engine is written, so that the peer learns the reason. */
    private void fail(Throwable cause) {
        failure = cause;
        writer.writeControl();
        proceed();
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
