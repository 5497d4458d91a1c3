package io.apexproxy.runtime.engine.tls;

import io.apexproxy.runtime.buffer.Buffer;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.WritePendingException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * The outgoing direction of a TLS channel: the bytes of the application, and control records (handshake, alerts). On
 * the loop's thread only.
 *
 * <p>A write encrypts up to three records and writes them to the transport. If that blocks, the write completes, as
 * without TLS, and the bytes of these records count as not written: the source keeps them. The next write begins with
 * the same bytes, and continues the encrypted records.
 */
final class RecordWriter {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private static final CompletionHandler<Integer, RecordWriter> WRITTEN = new CompletionHandler<>() {
        @Override
        public void completed(Integer count, RecordWriter writer) {
            writer.written();
        }

        @Override
        public void failed(Throwable cause, RecordWriter writer) {
            writer.writeFailed(cause);
        }
    };

    private final TlsChannel channel;
    private final LoopSocketChannel transport;
    private final SSLEngine engine;
    private final TlsBuffers buffers;
    /** Encrypted records, flipped; null if there are none. */
    private Buffer encrypted;
    /** The bytes of the source in these records. */
    private int owed;
    /** Whether these records end the stream. */
    private boolean endsStream;
    private boolean writing;
    /** Whether the engine has control records to write. */
    private boolean controlPending;
    /** Why no further bytes can be written; null if they can. */
    private Throwable failure;

    private ByteBuffer source;
    private boolean last;
    private int transferred;
    private boolean mayCompleteEarly;
    private Object attachment;
    /** Null if no operation is pending. */
    private CompletionHandler<Integer, Object> handler;

    RecordWriter(TlsChannel channel, SSLEngine engine, TlsBuffers buffers) {
        this.channel = channel;
        this.transport = channel.transport();
        this.engine = engine;
        this.buffers = buffers;
    }

    /** Begins a write; the last one is followed by close_notify and FIN. */
    void begin(ByteBuffer newSource, boolean isLast, Object newAttachment,
            CompletionHandler<Integer, Object> newHandler) {
        if (handler != null) {
            throw new WritePendingException();
        }
        source = newSource;
        last = isLast;
        transferred = 0;
        mayCompleteEarly = encrypted == null;
        attachment = newAttachment;
        handler = newHandler;
        proceed();
    }

    /** Writes the control records of the engine, before further bytes of the application. */
    void writeControl() {
        controlPending = failure == null;
        proceed();
    }

    /** Returns whether control records are not written yet. */
    boolean isControlPending() {
        return controlPending || (encrypted != null && owed == 0 && !endsStream);
    }

    private void proceed() {
        if (writing || !channel.isOpen()) {
            return;
        }
        if (encrypted == null && failure == null) {
            try {
                encrypt();
            } catch (SSLException | ClosedChannelException | RuntimeException e) {
                failed(e);
            }
        }
        if (encrypted != null) {
            writing = true;
            if (endsStream) {
                transport.writeLast(encrypted.bytes(), this, WRITTEN);
            } else {
                transport.write(encrypted.bytes(), this, WRITTEN);
            }
        } else if (failure != null) {
            fail();
        } else if (handler != null) {
            complete();
        }
    }

    /** Encrypts pending control records, else bytes of the source, and at their end close_notify. */
    private void encrypt() throws SSLException, ClosedChannelException {
        ByteBuffer records = buffers.encrypted();
        if (controlPending) {
            controlPending = false;
            wrapControl(records);
        }
        if (handler != null && records.position() == 0 && failure == null) {
            int start = source.position();
            try {
                wrapSource(records);
            } finally {
                owed = source.position() - start;
                source.position(start);
            }
            if (last && !endsStream && owed == source.remaining() && records.remaining() >= packetBytes()) {
                engine.closeOutbound();
                wrapControl(records);
                endsStream = true;
                encrypted = buffers.copyOf(records.flip()); // without bytes if the peer has ended the connection
                return;
            }
        }
        if (records.flip().hasRemaining()) {
            encrypted = buffers.copyOf(records);
        }
    }

    private int packetBytes() {
        return engine.getSession().getPacketBufferSize();
    }

    private void wrapSource(ByteBuffer records) throws SSLException, ClosedChannelException {
        int packet = packetBytes();
        while (source.hasRemaining() && records.remaining() >= packet) {
            SSLEngineResult result = engine.wrap(source, records);
            if (result.getStatus() == Status.CLOSED) {
                throw new ClosedChannelException();
            }
            if (result.bytesProduced() == 0) {
                throw new SSLException("no progress: " + result.getHandshakeStatus());
            }
        }
    }

    private void wrapControl(ByteBuffer records) throws SSLException {
        try {
            wrapAll(records);
        } catch (SSLException e) { // of a computation; the next call returns its alert
            failed(e);
            engine.wrap(EMPTY, records);
        }
    }

    private void wrapAll(ByteBuffer records) throws SSLException {
        SSLEngineResult result;
        do {
            result = engine.wrap(EMPTY, records);
        } while (result.bytesProduced() > 0 && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                && records.remaining() >= packetBytes());
        controlPending = result.bytesProduced() > 0 && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
    }

    private void written() {
        writing = false;
        if (!channel.isOpen()) {
            release();
            return;
        }
        boolean complete = !encrypted.bytes().hasRemaining();
        if (complete) {
            release();
            mayCompleteEarly = true;
        } else if (handler != null && owed > 0 && mayCompleteEarly) {
            encrypted = buffers.shrink(encrypted);
            complete(); // the caller detects that the connection is blocked
            return;
        }
        boolean wasControl = complete && owed == 0 && !endsStream;
        if (complete && owed > 0) {
            source.position(source.position() + owed);
            transferred += owed;
            owed = 0;
        }
        proceed();
        if (wasControl) {
            channel.inputArrived(); // it can have waited for this
        }
    }

    private void complete() {
        CompletionHandler<Integer, Object> completed = handler;
        completed.completed(transferred, clear());
    }

    private void writeFailed(Throwable cause) {
        writing = false;
        failed(cause);
        release();
        if (channel.isOpen()) {
            fail();
        }
    }

    /** Keeps the first reason. */
    private void failed(Throwable cause) {
        controlPending = false;
        if (failure == null) {
            failure = cause;
        }
    }

    private void fail() {
        if (handler != null) {
            CompletionHandler<Integer, Object> failed = handler;
            failed.failed(failure instanceof IOException ? failure : new IOException(failure.getMessage(), failure),
                    clear());
        } else {
            channel.inputArrived();
        }
    }

    /** Throws the reason why nothing more can be written, if there is one. */
    void requireNoFailure() throws IOException {
        if (failure != null) {
            throw failure instanceof IOException known ? known : new IOException(failure.getMessage(), failure);
        }
    }

    private Object clear() {
        Object cleared = attachment;
        handler = null;
        attachment = null;
        source = null;
        return cleared;
    }

    private void release() {
        if (encrypted != null) {
            buffers.release(encrypted);
            encrypted = null;
        }
    }

    /** Returns the number of encrypted bytes that are not written to the transport yet. */
    int unwritten() {
        return encrypted == null ? 0 : encrypted.bytes().remaining();
    }

    /** Fails the pending operation and releases the buffers of the closed channel. */
    void channelClosed() {
        if (!writing) {
            release();
        }
        if (handler != null) {
            CompletionHandler<Integer, Object> failed = handler;
            failed.failed(new AsynchronousCloseException(), clear());
        }
    }
}
