package io.apexproxy.runtime.engine.tls;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/** A peer that encrypts and decrypts with an engine, so that a test can change and divide its records. Blocks. */
final class EnginePeer {

    private static final int BUFFER_BYTES = 1 << 17;

    private final Socket socket;
    private final SSLEngine engine;
    private final ByteBuffer incoming = ByteBuffer.allocate(BUFFER_BYTES).flip();

    EnginePeer(Socket socket, SSLEngine engine) {
        this.socket = socket;
        this.engine = engine;
    }

    SSLEngine engine() {
        return engine;
    }

    /** Returns records with the bytes, after those that the engine sends first. */
    byte[] wrap(byte... plain) throws IOException {
        return wrap(engine, plain);
    }

    static byte[] wrap(SSLEngine engine, byte... plain) throws IOException {
        ByteBuffer records = ByteBuffer.allocate(BUFFER_BYTES);
        ByteBuffer source = ByteBuffer.wrap(plain);
        do {
            engine.wrap(source, records);
        } while (source.hasRemaining());
        return Arrays.copyOf(records.array(), records.position());
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Completes the handshake, and sends segments of at most this number of bytes. */
    void handshake(int segmentBytes) throws IOException {
        engine.beginHandshake();
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                Handshake.runTasks(engine);
            } else if (status == HandshakeStatus.NEED_WRAP) {
                byte[] record = wrap();
                for (int sent = 0; sent < record.length; sent += segmentBytes) {
                    send(Arrays.copyOfRange(record, sent, Math.min(record.length, sent + segmentBytes)));
                }
            } else if (status == HandshakeStatus.NOT_HANDSHAKING) {
                return;
            } else if (receive() == null) {
                throw new EOFException("close_notify");
            }
        }
    }

    /**
     * Receives a record.
     *
     * @return its bytes of the application; null if it is close_notify
     * @throws EOFException at the end of the connection
     */
    byte[] receive() throws IOException {
        ByteBuffer plain = ByteBuffer.allocate(BUFFER_BYTES);
        while (true) {
            SSLEngineResult result = engine.unwrap(incoming, plain);
            if (result.getStatus() == Status.CLOSED) {
                return null;
            }
            if (result.getStatus() == Status.OK) {
                return Arrays.copyOf(plain.array(), plain.position());
            }
            incoming.compact();
            int count = socket.getInputStream().read(incoming.array(), incoming.position(), incoming.remaining());
            if (count < 0) {
                throw new EOFException();
            }
            incoming.position(incoming.position() + count).flip();
        }
    }
}
