package io.apexproxy.runtime.engine.tls;

import io.apexproxy.runtime.buffer.Buffer;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.UnmarkedEndException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;

/**
 * The encrypted bytes that have arrived from the transport. On the loop's thread only.
 *
 * <p>A wait for bytes needs no buffer of its own. The part of a record that has arrived is kept in the smallest buffer
 * that holds it.
 */
final class RecordInput {

    private static final CompletionHandler<Integer, RecordInput> READABLE = new CompletionHandler<>() {
        @Override
        public void completed(Integer nothing, RecordInput input) {
            input.receive();
        }

        @Override
        public void failed(Throwable cause, RecordInput input) {
            input.receiveFailed(cause);
        }
    };

    private static final CompletionHandler<Integer, RecordInput> READ = new CompletionHandler<>() {
        @Override
        public void completed(Integer count, RecordInput input) {
            input.received(count);
        }

        @Override
        public void failed(Throwable cause, RecordInput input) {
            input.receiveFailed(cause);
        }
    };

    private final TlsChannel channel;
    private final LoopSocketChannel transport;
    private final TlsBuffers buffers;
    /** Encrypted bytes, flipped; null if there are none. */
    private Buffer encrypted;
    /** The buffer of a pending read of the transport; null if none is pending. */
    private Buffer incoming;
    /** Whether the transport waits or reads. */
    private boolean receiving;
    /** Whether the last read of the transport filled its buffer. */
    private boolean filled;
    /** Why no further bytes can arrive; null if they can. */
    private IOException failure;

    RecordInput(TlsChannel channel, TlsBuffers buffers, ByteBuffer received) {
        this.channel = channel;
        this.transport = channel.transport();
        this.buffers = buffers;
        this.encrypted = received.hasRemaining() ? buffers.copyOf(received) : null;
    }

    /** Returns whether a record is complete, or its header is invalid, which the engine reports. */
    boolean hasRecord() {
        return encrypted != null && RecordHeader.isComplete(encrypted.bytes());
    }

    /** Returns a copy of the next record, which must be complete. It is valid until the next call. */
    ByteBuffer record() {
        ByteBuffer bytes = encrypted.bytes();
        int length = Math.min(RecordHeader.length(bytes), TlsBuffers.MAX_RECORD_BYTES);
        ByteBuffer record = buffers.record().limit(length);
        return record.put(0, bytes, bytes.position(), length);
    }

    /** Removes bytes of the next record. */
    void consume(int count) {
        ByteBuffer bytes = encrypted.bytes();
        bytes.position(bytes.position() + count);
        if (!bytes.hasRemaining()) {
            discard();
        }
    }

    /** Removes all bytes. */
    void discard() {
        if (encrypted != null) {
            buffers.release(encrypted);
            encrypted = null;
        }
    }

    /** Returns why no record can follow the complete ones; null if one can. */
    IOException failure() {
        return failure;
    }

    /** Waits for bytes of the transport; then the channel proceeds. */
    void await() {
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
            receiveFailed(null);
            return;
        }
        try {
            incoming = buffers.lendForRead(filled);
            if (encrypted != null) {
                incoming.bytes().put(encrypted.bytes());
                discard();
            }
        } catch (Throwable e) {
            receiveFailed(e);
            return;
        }
        transport.read(incoming.bytes(), this, READ);
    }

    private void received(int count) {
        Buffer buffer = incoming;
        incoming = null;
        receiving = false;
        filled = !buffer.bytes().hasRemaining();
        if (count < 0) {
            failure = new UnmarkedEndException("the connection ended without close_notify");
        }
        if (channel.isOpen() && buffer.bytes().flip().hasRemaining()) {
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
        failure = toIoException(cause);
        channel.inputArrived();
    }

    static IOException toIoException(Throwable cause) {
        return cause instanceof IOException exception ? exception : new IOException(String.valueOf(cause), cause);
    }
}
