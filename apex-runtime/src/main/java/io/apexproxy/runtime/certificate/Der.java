package io.apexproxy.runtime.certificate;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * The few elements of DER that are needed to convert private keys to PKCS#8, which the JDK reads. Pure.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5958">RFC 5958: PKCS#8</a>
 */
final class Der {

    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    /** {@code parameters [0]} of an ECPrivateKey. */
    private static final int PARAMETERS = 0xa0;
    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    /** rsaEncryption (1.2.840.113549.1.1.1) with NULL. */
    private static final byte[] RSA = {0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01,
        0x01, 0x05, 0x00};
    /** ecPublicKey (1.2.840.10045.2.1). */
    private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};

    private static final int LONG_FORM = 0x80;
    private static final int MAX_LENGTH_BYTES = 3; // 16 MiB

    private final byte[] bytes;
    private final int end;
    private int position;

    private Der(byte[] bytes, int position, int end) {
        this.bytes = bytes;
        this.position = position;
        this.end = end;
    }

    /** Converts an RSAPrivateKey of PKCS#1. */
    static byte[] ofRsa(byte[] pkcs1) {
        return element(SEQUENCE, VERSION_0, element(SEQUENCE, RSA), element(OCTET_STRING, pkcs1));
    }

    /** Converts an ECPrivateKey of SEC 1 (RFC 5915) with the identifier of its curve. */
    static byte[] ofEc(byte[] sec1, byte[] curve) {
        return element(SEQUENCE, VERSION_0, element(SEQUENCE, EC, curve), element(OCTET_STRING, sec1));
    }

    /** Returns the identifier of the curve inside an ECPrivateKey; empty if it has none or is malformed. */
    static Optional<byte[]> curve(byte[] sec1) {
        Der outer = new Der(sec1, 0, sec1.length);
        Optional<Der> key = outer.next(SEQUENCE);
        if (key.isEmpty() || key.get().next(INTEGER).isEmpty() || key.get().next(OCTET_STRING).isEmpty()) {
            return Optional.empty();
        }
        return key.get().next(PARAMETERS).map(Der::remaining);
    }

    private byte[] remaining() {
        byte[] rest = new byte[end - position];
        System.arraycopy(bytes, position, rest, 0, rest.length);
        return rest;
    }

    /** Reads the next element if it has a tag; empty if it has another one or exceeds the element around it. */
    private Optional<Der> next(int tag) {
        if (end - position < 2 || (bytes[position] & 0xff) != tag) {
            return Optional.empty();
        }
        int start = position + 2;
        int length = bytes[position + 1] & 0xff;
        if (length >= LONG_FORM) {
            int count = length - LONG_FORM;
            if (count > MAX_LENGTH_BYTES || end - start < count) {
                return Optional.empty();
            }
            length = 0;
            for (int index = 0; index < count; index++) {
                length = length << Byte.SIZE | (bytes[start + index] & 0xff);
            }
            start += count;
        }
        if (length > end - start) {
            return Optional.empty();
        }
        position = start + length;
        return Optional.of(new Der(bytes, start, position));
    }

    private static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        if (length < LONG_FORM) {
            element.write(length);
        } else { // DER requires the fewest bytes
            int count = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + Byte.SIZE - 1) / Byte.SIZE;
            element.write(LONG_FORM + count);
            for (int left = count - 1; left >= 0; left--) {
                element.write(length >>> (left * Byte.SIZE));
            }
        }
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
