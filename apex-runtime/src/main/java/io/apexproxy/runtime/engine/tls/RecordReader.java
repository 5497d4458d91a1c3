package io.apexproxy.runtime.engine.tls;

import io.apexproxy.runtime.buffer.Buffer;
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
 * <p>A read waits until a record is complete, and then decrypts complete records as long as the target has room.
 */
final class RecordReader {

    private static final String TLS_1_3 = "TLSv1.3";
    private static final int MUST_WAIT = -2;
    /** Limit of reads within the handler of a read, so that buffered records do not exhaust the stack. */
    private static final int MOST_NESTED = 4;

    private final TlsChannel channel;
    private final SSLEngine engine;
    private final TlsBuffers buffers;
    private final RecordInput input;
    /** Decrypted bytes for which the target had no room, flipped; null if there are none. */
    private Buffer surplus;
    /** Whether the peer has ended its stream with close_notify. */
    private boolean ended;
    /** Why no further records can be decrypted; null if they can. */
    private IOException failure;

    /** The target of the pending read; null if a wait or nothing is pending. */
    private ByteBuffer target;
    private Object attachment;
    /** Null if no operation is pending. */
    private CompletionHandler<Integer, Object> handler;
    /** Whether records are being decrypted. A write that completes meanwhile must not start this again. */
    private boolean decrypting;
    private int nested;

    RecordReader(TlsChannel channel, SSLEngine engine, TlsBuffers buffers, RecordInput input) {
        this.channel = channel;
        this.engine = engine;
        this.buffers = buffers;
        this.input = input;
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
            clear();
        }
        return handler == null;
    }

    /** Continues the pending operation as far as possible. */
    void proceed() {
        if (handler == null || decrypting || !channel.isOpen()) {
            return;
        }
        int count;
        decrypting = true;
        try {
            count = target == null ? await() : read();
        } catch (Throwable e) {
            decrypting = false;
            fail(e);
            return;
        }
        decrypting = false;
        if (count != MUST_WAIT) {
            complete(count);
        } else if (!input.hasRecord()) { // otherwise the writing of control records is awaited
            input.await();
        }
    }

    private void complete(int count) {
        CompletionHandler<Integer, Object> completed = handler;
        nested++;
        try {
            completed.completed(count, clear());
        } finally {
            nested--;
        }
    }

    private void fail(Throwable cause) {
        CompletionHandler<Integer, Object> failed = handler;
        failed.failed(cause, clear());
    }

    private Object clear() {
        Object cleared = attachment;
        handler = null;
        attachment = null;
        target = null;
        return cleared;
    }

    private int await() {
        return surplus != null || ended || failure != null || input.hasRecord() || input.failure() != null ? 0
                : MUST_WAIT;
    }

    private int read() throws IOException {
        int start = target.position();
        boolean consumed = surplus == null && decryptAll();
        if (surplus != null) {
            takeSurplus();
        }
        if (target.position() > start || !target.hasRemaining()) {
            return target.position() - start;
        }
        if (failure != null) {
            throw failure;
        }
        if (ended) {
            return -1;
        }
        if (consumed) {
            return 0;
        }
        if (!input.hasRecord() && input.failure() != null) {
            throw input.failure();
        }
        return MUST_WAIT;
    }

    private void takeSurplus() {
        ByteBuffer bytes = surplus.bytes();
        TlsBuffers.move(bytes, target);
        if (!bytes.hasRemaining()) {
            buffers.release(surplus);
            surplus = null;
        }
    }

    /** Decrypts complete records into the target. Returns whether there was one; stores a failure. */
    private boolean decryptAll() {
        boolean consumed = false;
        try {
            while (target.hasRemaining() && surplus == null && !ended && failure == null && input.hasRecord()
                    && !channel.mustWriteFirst()) {
                decrypt(target);
                consumed = true;
            }
        } catch (SSLException | RuntimeException e) {
            failure = RecordInput.toIoException(e);
            channel.writeControl(); // the alert
        }
        return consumed;
    }

    /**
     * Decrypts the next record, which must be complete.
     *
     * @param into receives the bytes of the application
     */
    private void decrypt(ByteBuffer into) throws SSLException {
        ByteBuffer record = input.record();
        SSLEngineResult result = engine.unwrap(record, into);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            ByteBuffer plain = buffers.plain();
            result = engine.unwrap(record, plain);
            TlsBuffers.move(plain.flip(), into);
            keep(plain);
        }
        if (result.bytesConsumed() == 0) { // incomplete because of an invalid header, or the engine has failed before
            throw new SSLException("a record that is not valid");
        }
        input.consume(result.bytesConsumed());
        if (result.getStatus() == Status.CLOSED) {
            ended = true;
            input.discard();
        }
        answer(result);
    }

    /**
     * Writes the answer of the engine to a record. The handshake itself reads the status.
     *
     * @throws SSLException if the peer begins a renegotiation
     */
    private void answer(SSLEngineResult result) throws SSLException {
        if (channel.isHandshaking()) {
            return;
        }
        HandshakeStatus status = result.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK) {
            if (!engine.getUseClientMode()) {
                Handshake.runTasks(engine); // short, because the engine is set to reject it with an alert
            }
            throw new SSLException("the peer began a renegotiation");
        }
        // with TLS 1.3 the engine reports NEED_WRAP also if only the peer has ended its stream
        if (status == HandshakeStatus.NEED_WRAP
                && !(ended && engine.getSession().getProtocol().equals(TLS_1_3))) {
            channel.writeControl();
        }
    }

    /** Decrypts the next record of the handshake, which must be complete. Bytes of the application are kept. */
    void decryptHandshake() throws SSLException {
        ByteBuffer plain = buffers.plain();
        decrypt(plain);
        keep(plain.flip());
    }

    private void keep(ByteBuffer plain) {
        if (plain.hasRemaining()) {
            surplus = buffers.copyOf(plain);
        }
    }

    /** Fails the pending operation and releases the buffers of the closed channel. */
    void channelClosed() {
        input.discard();
        if (surplus != null) {
            buffers.release(surplus);
            surplus = null;
        }
        if (handler != null) {
            fail(new AsynchronousCloseException());
        }
    }
}
