package io.apexproxy.runtime.protocol.proxy;

import io.apexproxy.api.TlsSession;
import io.apexproxy.runtime.certificate.CommonName;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Encodes the field {@link HeaderFields#TLS}, which describes the TLS of a client that the proxy has terminated. Its
 * value has one byte of flags, four bytes with the result of the verification, and fields.
 */
final class TlsFields {

    /** The client has used TLS. */
    private static final int FLAG_TLS = 0x01;
    /**
     * The client has a certificate, which it has sent on this connection, and on an earlier one of the same session.
     * Both are set, because a {@link TlsSession} does not have the difference.
     */
    private static final int FLAGS_CERTIFICATE = 0x02 | 0x04;

    /** The results of the verification: the protocol requires another one than 0 without a certificate. */
    private static final int VERIFIED = 0;
    private static final int NOT_VERIFIED = 1;

    private static final int VERSION = 0x21;
    private static final int COMMON_NAME = 0x22;
    private static final int CIPHER_SUITE = 0x23;

    private static final int MAX_BYTES = HeaderFields.VALUE_INDEX
            + 1 + Integer.BYTES + 3 * (HeaderFields.VALUE_INDEX + HeaderFields.MAX_TEXT_BYTES);

    private TlsFields() {
    }

    /**
     * Returns the field for a session. The listener has verified each certificate that is in it. A common name that is
     * too long is left out and not shortened, because backends use it to identify the client.
     */
    static byte[] of(TlsSession session) {
        boolean hasCertificate = !session.peerCertificates().isEmpty();
        ByteBuffer field = ByteBuffer.allocate(MAX_BYTES);
        field.put((byte) HeaderFields.TLS).putShort((short) 0); // the length, set at the end
        field.put((byte) (hasCertificate ? FLAG_TLS | FLAGS_CERTIFICATE : FLAG_TLS));
        field.putInt(hasCertificate ? VERIFIED : NOT_VERIFIED);
        HeaderFields.putText(field, VERSION, session.version());
        HeaderFields.putText(field, CIPHER_SUITE, session.cipherSuite());
        if (hasCertificate) {
            CommonName.of(session.peerCertificates().get(0).getSubjectX500Principal())
                    .ifPresent(name -> HeaderFields.putText(field, COMMON_NAME, name));
        }
        field.putShort(HeaderFields.LENGTH_INDEX, (short) (field.position() - HeaderFields.VALUE_INDEX));
        return Arrays.copyOf(field.array(), field.position());
    }
}
