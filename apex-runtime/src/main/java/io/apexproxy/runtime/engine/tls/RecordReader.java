package io.apexproxy.runtime.engine.tls;

import io.apexproxy.runtime.buffer.Buffer;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.UnmarkedEndException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ReadPendingException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * The incoming direction of a TLS channel. On the loop's thread only.
 *
 * <p>A read waits until a record is complete, and then decrypts complete records as long as the target has room. The
 * part of a record that has arrived is kept in the smallest buffer that holds it.
 */
final class RecordReader {

    private static final int MUST_WAIT = -2;
    /** Limit of reads within the handler of a read, so that buffered records do not exhaust the stack. */
    private static final int MOST_NESTED = 4;

    private static final CompletionHandler<Integer, RecordReader> READABLE = new CompletionHandler<>() {
        @Override
        public void completed(Integer nothing, RecordReader reader) {
            reader.receive();
        }

        @Override
        public void failed(Throwable cause, RecordReader reader) {
            reader.receiveFailed(cause);
        }
    };

    private static final CompletionHandler<Integer, RecordReader> READ = new CompletionHandler<>() {
        @Override
        public void completed(Integer count, RecordReader reader) {
            reader.received(count);
        }

        @Override
        public void failed(Throwable cause, RecordReader reader) {
            reader.receiveFailed(cause);
        }
    };

    private final TlsChannel channel;
    private final LoopSocketChannel transport;
    private final SSLEngine engine;
    private final TlsBuffers buffers;
    /** Encrypted bytes, flipped; null if there are none. */
    private Buffer encrypted;
    /** Decrypted bytes for which the target had no room, flipped; null if there are none. */
    private Buffer surplus;
    /** The buffer of a pending read of the transport; null if none is pending. */
    private Buffer incoming;
    /** Whether the transport waits or reads. */
    private boolean receiving;
    /** Whether the last read of the transport filled its buffer. */
    private boolean filled;
    private boolean transportEnded;
    /** Whether the peer has ended its stream with close_notify. */
    private boolean ended;
    /** Why no further bytes can be read; null if they can. */
    private Throwable failure;

    /** The target of the pending read; null if a wait or nothing is pending. */
    private ByteBuffer target;
    private Object attachment;
    /** Null if no operation is pending. */
    private CompletionHandler<Integer, Object> handler;
    private int nested;
    /** Whether records are being decrypted, which can cause control records to be written, and a nested call. */
    private boolean decrypting;

    RecordReader(TlsChannel channel, SSLEngine engine, TlsBuffers buffers, ByteBuffer received) {
        this.channel = channel;
        this.transport = channel.transport();
        this.engine = engine;
        this.buffers = buffers;
        this.encrypted = received.hasRemaining() ? buffers.copyOf(received) : null;
    }

    /** Begins a read; without a target a wait until a record has arrived. */
    void begin(ByteBuffer newTarget, Object newAttachment, CompletionHandler<Integer, Object> newHandler) {
        if (handler != null) {
            throw new ReadPendingException();
        }
        target = newTarget;
        attachment = newAttachment;
        handler = newHandler;
        if (nested < MOST_NESTED) {
            proceed();
        } else {
            channel.loop().execute(this::proceed);
        }
    }

    /** Cancels a pending wait. Returns whether no operation is pending now. */
    boolean cancelAwait() {
        if (handler != null && target == null) {
            release();
        }
        return handler == null;
    }

    /** Continues the pending operation as far as possible. */
    void proceed() {
        if (handler == null || decrypting || !channel.isOpen()) {
            return;
        }
        int count;
        try {
            decrypting = true;
            count = target == null ? await() : read();
            decrypting = false;
        } catch (Throwable e) {
            decrypting = false;
            CompletionHandler<Integer, Object> failed = handler;
            Object failedAttachment = release();
            failed.failed(e, failedAttachment);
            return;
        }
        if (count == MUST_WAIT) {
            if (!channel.mustWriteFirst()) {
                awaitInput();
            }
            return;
        }
        CompletionHandler<Integer, Object> completed = handler;
        Object completedAttachment = release();
        nested++;
        try {
            completed.completed(count, completedAttachment);
        } finally {
            nested--;
        }
    }

    private Object release() {
        Object released = attachment;
        handler = null;
        attachment = null;
        target = null;
        return released;
    }

    private int await() {
        return surplus != null || ended || failure != null || transportEnded || hasRecord() ? 0 : MUST_WAIT;
    }

    private int read() throws IOException {
        int start = target.position();
        if (surplus != null) {
            takeSurplus();
        } else {
            boolean consumed = decrypt();
            if (target.position() == start) {
                if (failure != null) {
                    throw failure instanceof IOException known ? known : new IOException(failure.getMessage(), failure);
                }
                if (ended) {
                    return -1;
                }
                if (!consumed && target.hasRemaining()) {
                    return MUST_WAIT;
                }
            }
        }
        return target.position() - start;
    }

    private void takeSurplus() {
        ByteBuffer bytes = surplus.bytes();
        int count = Math.min(bytes.remaining(), target.remaining());
        target.put(target.position(), bytes, bytes.position(), count).position(target.position() + count);
        bytes.position(bytes.position() + count);
        if (!bytes.hasRemaining()) {
            buffers.release(surplus);
            surplus = null;
        }
    }

    /** Decrypts complete records into the target. Returns whether there was one; stores a failure. */
    private boolean decrypt() {
        boolean consumed = false;
        try {
            while (target.hasRemaining() && surplus == null && failure == null && !ended && hasRecord()) {
                if (channel.mustWriteFirst()) {
                    break;
                }
                decryptRecord(target);
                consumed = true;
            }
            if (transportEnded && !ended && failure == null && !hasRecord()) {
                failure = new UnmarkedEndException("the connection ended without close_notify");
            }
        } catch (SSLException | RuntimeException e) {
            failure = e;
            channel.writeControl(); // the alert
        }
        return consumed;
    }

    /**
     * Decrypts the next record, which must be complete.
     *
     * @param into receives the bytes of the application
     * @return the status of the handshake afterwards
     */
    HandshakeStatus decryptRecord(ByteBuffer into) throws SSLException {
        ByteBuffer bytes = encrypted.bytes();
        int length = Math.min(RecordHeader.length(bytes), Math.min(bytes.remaining(), TlsBuffers.MAX_RECORD_BYTES));
        ByteBuffer record = buffers.record().limit(length);
        record.put(0, bytes, bytes.position(), length);
        SSLEngineResult result = engine.unwrap(record, into);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            ByteBuffer plain = buffers.plain();
            result = engine.unwrap(record, plain);
            plain.flip();
            int fitting = Math.min(plain.remaining(), into.remaining());
            into.put(into.position(), plain, 0, fitting).position(into.position() + fitting);
            plain.position(fitting);
            if (plain.hasRemaining()) {
                surplus = buffers.copyOf(plain);
            }
        }
        consume(record.position());
        if (result.getStatus() == Status.CLOSED) {
            ended = true;
            discard();
        } else if (result.getStatus() != Status.OK) {
            throw new SSLException("a record of an invalid length");
        }
        channel.handle(result.getHandshakeStatus());
        return result.getHandshakeStatus();
    }

    private void consume(int count) {
        encrypted.bytes().position(encrypted.bytes().position() + count);
        if (!encrypted.bytes().hasRemaining()) {
            discard();
        }
    }

    private void discard() {
        if (encrypted != null) {
            buffers.release(encrypted);
            encrypted = null;
        }
    }

    /** Returns whether a record is complete, or its length is invalid, which the engine reports. */
    boolean hasRecord() {
        return encrypted != null && RecordHeader.isComplete(encrypted.bytes());
    }

    /** Throws the reason why no further record can arrive, if there is one. */
    void requireInput() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
        if (transportEnded || ended) {
            throw new SSLException("the peer closed the connection");
        }
    }

    /** Keeps decrypted bytes of a handshake's last flight for the next read. */
    void keep(ByteBuffer plain) {
        if (plain.flip().hasRemaining()) {
            surplus = buffers.copyOf(plain);
        }
    }

    /** Waits for bytes of the transport; then the channel proceeds. */
    void awaitInput() {
        if (!receiving) {
            receiving = true;
            if (encrypted != null) {
                encrypted = buffers.shrink(encrypted);
            }
            transport.awaitReadable(this, READABLE);
        }
    }

    private void receive() {
        if (!channel.isOpen()) {
            receiving = false;
            return;
        }
        incoming = buffers.lendForRead(filled);
        if (encrypted != null) {
            incoming.bytes().put(encrypted.bytes());
            discard();
        }
        transport.read(incoming.bytes(), this, READ);
    }

    private void received(int count) {
        receiving = false;
        Buffer buffer = incoming;
        incoming = null;
        if (!channel.isOpen()) {
            buffers.release(buffer);
            return;
        }
        filled = !buffer.bytes().hasRemaining();
        transportEnded = count < 0;
        if (buffer.bytes().flip().hasRemaining() && !ended) {
            encrypted = buffer;
        } else {
            buffers.release(buffer);
        }
        channel.inputArrived();
    }

    private void receiveFailed(Throwable cause) {
        receiving = false;
        if (incoming != null) {
            buffers.release(incoming);
            incoming = null;
        }
        failure = cause;
        if (channel.isOpen()) {
            channel.inputArrived();
        }
    }

    /** Fails the pending operation and releases the buffers of the closed channel. */
    void channelClosed() {
        discard();
        if (surplus != null) {
            buffers.release(surplus);
            surplus = null;
        }
        if (handler != null) {
            CompletionHandler<Integer, Object> failed = handler;
            failed.failed(new AsynchronousCloseException(), release());
        }
    }
}
