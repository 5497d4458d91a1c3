package io.apexproxy.runtime.engine.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/** Encrypts records as long as a buffer has room for the longest one. On the loop's thread only. */
final class RecordEncryptor {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final SSLEngine engine;

    RecordEncryptor(SSLEngine engine) {
        this.engine = engine;
    }

    private boolean hasRoom(ByteBuffer records) {
        return records.remaining() >= engine.getSession().getPacketBufferSize();
    }

    /** Encrypts the control records of the engine. Returns whether it has more of them. */
    boolean wrapControl(ByteBuffer records) throws SSLException {
        boolean more = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
        while (more && hasRoom(records)) {
            SSLEngineResult result = engine.wrap(EMPTY, records);
            more = result.getStatus() == Status.OK && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
            if (more && result.bytesProduced() == 0) {
                throw new SSLException("no progress of the handshake");
            }
        }
        return more;
    }

    /**
     * Encrypts bytes of the source, whose position does not change.
     *
     * @return the number of encrypted bytes
     * @throws ClosedChannelException if the stream is ended
     */
    int wrap(ByteBuffer source, ByteBuffer records) throws IOException {
        int start = source.position();
        try {
            while (source.hasRemaining() && hasRoom(records)) {
                SSLEngineResult result = engine.wrap(source, records);
                if (result.getStatus() == Status.CLOSED) {
                    throw new ClosedChannelException();
                }
                if (result.bytesProduced() == 0) {
                    throw new SSLException("no progress: " + result.getHandshakeStatus());
                }
            }
            return source.position() - start;
        } finally {
            source.position(start);
        }
    }

    /**
     * Ends the stream. Without effect if the buffer has no room.
     *
     * @return whether the stream is ended; the buffer has no record for this if the peer has ended the connection
     */
    boolean wrapEnd(ByteBuffer records) throws SSLException {
        if (!hasRoom(records)) {
            return false;
        }
        engine.closeOutbound();
        SSLEngineResult result;
        do { // Conscrypt does not report NEED_WRAP here
            result = engine.wrap(EMPTY, records);
        } while (!engine.isOutboundDone() && result.bytesProduced() > 0 && hasRoom(records));
        return true;
    }
}
