package io.apexproxy.runtime.engine.tls;

import io.apexproxy.runtime.buffer.Buffer;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.WritePendingException;
import javax.net.ssl.SSLEngine;
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
    private final RecordEncryptor encryptor;
    private final TlsBuffers buffers;
    /** Encrypted records, flipped; null if there are none. */
    private Buffer encrypted;
    /** The bytes of the source in these records. */
    private int owed;
    /** Bytes of the source that were written while no write was pending, which the next write reports. */
    private int unreported;
    /** Whether these records end the stream. */
    private boolean endsStream;
    private boolean writing;
    /** Whether the engine has control records to write. */
    private boolean controlPending;
    /** Why no further bytes can be written; null if they can. */
    private IOException failure;

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
        this.encryptor = new RecordEncryptor(engine);
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
        countWritten();
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
            } catch (IOException | RuntimeException e) {
                encryptionFailed(e);
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

    /** Stores the failure. If the engine has an alert for it, the alert is written first. */
    private void encryptionFailed(Exception cause) {
        failure = RecordInput.toIoException(cause);
        owed = 0;
        ByteBuffer records = buffers.encrypted();
        try {
            encryptor.wrapControl(records);
        } catch (SSLException | RuntimeException e) {
            cause.addSuppressed(e);
        }
        controlPending = false;
        if (records.flip().hasRemaining()) {
            encrypted = buffers.copyOf(records);
        }
    }

    /** Encrypts pending control records, else bytes of the source, and at their end close_notify. */
    private void encrypt() throws IOException {
        ByteBuffer records = buffers.encrypted();
        boolean ends = false;
        if (controlPending) {
            controlPending = encryptor.wrapControl(records);
        }
        if (handler != null && records.position() == 0) {
            owed = encryptor.wrap(source, records);
            ends = last && !endsStream && owed == source.remaining() && encryptor.wrapEnd(records);
            endsStream |= ends;
        }
        if (records.flip().hasRemaining() || ends) { // the FIN follows, also without a record
            encrypted = buffers.copyOf(records);
        }
    }

    private void written() {
        writing = false;
        if (!channel.isOpen()) {
            release();
            return;
        }
        if (encrypted.bytes().hasRemaining()) {
            if (handler != null && owed > 0 && mayCompleteEarly) {
                encrypted = buffers.shrink(encrypted);
                complete(); // the caller detects that the connection is blocked
            } else {
                proceed();
            }
            return;
        }
        release();
        boolean wasControl = owed == 0 && !endsStream;
        mayCompleteEarly = true;
        unreported += owed;
        owed = 0;
        countWritten();
        proceed();
        if (wasControl) {
            channel.inputArrived(); // it can have waited for this
        }
    }

    /** Removes written bytes from the source. Without a pending write, the next one reports them. */
    private void countWritten() {
        if (handler != null) {
            source.position(source.position() + unreported);
            transferred += unreported;
            unreported = 0;
        }
    }

    private void complete() {
        CompletionHandler<Integer, Object> completed = handler;
        completed.completed(transferred, clear());
    }

    private void writeFailed(Throwable cause) {
        writing = false;
        release();
        controlPending = false;
        if (failure == null) {
            failure = RecordInput.toIoException(cause);
        }
        fail();
    }

    private void fail() {
        if (handler != null && channel.isOpen()) {
            CompletionHandler<Integer, Object> failed = handler;
            failed.failed(failure, clear());
        }
        channel.inputArrived(); // it can have waited for control records
    }

    /** Returns why nothing more can be written, after an alert is written; null if it can. */
    IOException failure() {
        return encrypted == null ? failure : null;
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
