package io.apexproxy.runtime.protocol.tls;

import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.ParseResult.Complete;
import io.apexproxy.runtime.protocol.ParseResult.Incomplete;
import io.apexproxy.runtime.protocol.ParseResult.Invalid;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Parser of the ClientHello at the start of a connection. The message can be divided into any number of records, and
 * these into any number of segments.
 *
 * <p>An instance belongs to one connection and remembers how far it has read, so the time is linear in the number of
 * bytes for any segmentation. It keeps no bytes. Pure: no channel, no clock. Not safe for use by several threads.
 *
 * <p>It fails closed: bytes that begin as a TLS record but are no well-formed ClientHello are invalid. If they counted
 * as a hello without a name, a client could get a default route by breaking its hello (CVE-2026-32305 of Traefik).
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8446#section-5.1">RFC 8446, section 5.1: record layer</a>
 */
public final class ClientHelloParser {

    /** The maximum size of a ClientHello with its header: the limit of the JDK's TLS for handshake messages. */
    public static final int MAX_MESSAGE_BYTES = 32 * 1024;
    /**
     * The maximum number of bytes up to the end of a ClientHello, including the headers of its records. In records of
     * one byte, a hello has six times its size.
     */
    public static final int MAX_BYTES = 64 * 1024;

    private static final int HANDSHAKE_RECORD = 0x16;
    /** Type, version and length. */
    private static final int RECORD_HEADER_BYTES = 5;
    private static final int LENGTH_OFFSET = 3;
    /**
     * The limit of RFC 8446 for records that are not encrypted. The RFC also forbids handshake records without content,
     * which a client could repeat without progress.
     */
    private static final int MAX_RECORD_BYTES = 1 << 14;
    /** The version in the header of a record: SSL 3.0 and all versions of TLS. Servers ignore the minor version. */
    private static final int MAJOR_VERSION = 3;
    private static final int CLIENT_HELLO = 1;

    private static final int SSL2_LENGTH_FLAG = 0x80;
    private static final int SSL2_PREFIX_BYTES = 4;
    /** Type, version and three lengths. */
    private static final int SSL2_MIN_LENGTH = 9;

    /** The offset of the first byte that is not scanned. All offsets count from the start of the stream. */
    private int position;
    /** The offset of the end of the record that contains {@link #position}; equal to it between two records. */
    private int recordEnd;
    /** The number of scanned bytes that belong to the message. */
    private int scanned;
    /** The size of the message; that of its header until the header is scanned. */
    private int messageBytes = HelloMessage.HEADER_BYTES;
    /** The scanned bytes of the message's header: type and length. */
    private int messageHeader;

    /** Creates a parser for one connection. */
    public ClientHelloParser() {
    }

    /**
     * Parses the bytes of a connection. After a result other than {@link Incomplete}, the parser is not used any more.
     *
     * @param bytes all bytes received so far, from position to limit; neither is changed. A call after
     *     {@link Incomplete} gets the same bytes and more.
     * @return complete and empty if the first bytes are not TLS; a hello without extensions for a hello in the format
     *     of SSL 2.0. The length is 0 in all cases, because the bytes are passed on.
     */
    public ParseResult<Optional<ParsedClientHello>> parse(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return new Incomplete<>();
        }
        if (byteAt(bytes, 0) != HANDSHAKE_RECORD) {
            return parseSsl2(bytes);
        }
        try {
            return scan(bytes)
                    ? new Complete<>(Optional.of(HelloMessage.parse(message(bytes))), 0)
                    : new Incomplete<>();
        } catch (MalformedHelloException e) {
            return new Invalid<>(e.getMessage());
        }
    }

    /**
     * Recognizes a hello in the format of SSL 2.0, which clients sent for TLS 1.0, too. It cannot contain a name. The
     * check of the length excludes other protocols, such as RPC, whose record mark also begins with 0x80.
     */
    private static ParseResult<Optional<ParsedClientHello>> parseSsl2(ByteBuffer bytes) {
        int available = bytes.remaining();
        boolean canBeHello = (byteAt(bytes, 0) & SSL2_LENGTH_FLAG) != 0
                && (available < 2 || (uint16At(bytes, 0) & 0x7fff) >= SSL2_MIN_LENGTH)
                && (available < 3 || byteAt(bytes, 2) == CLIENT_HELLO)
                && (available < SSL2_PREFIX_BYTES || byteAt(bytes, 3) == MAJOR_VERSION || byteAt(bytes, 3) == 0);
        if (!canBeHello) {
            return new Complete<>(Optional.empty(), 0);
        }
        return available < SSL2_PREFIX_BYTES
                ? new Incomplete<>()
                : new Complete<>(Optional.of(ParsedClientHello.WITHOUT_EXTENSIONS), 0);
    }

    /** Scans records until the end of the message. Returns whether the message is complete. */
    private boolean scan(ByteBuffer bytes) throws MalformedHelloException {
        while (scanned < messageBytes) {
            if (position == recordEnd && !beginRecord(bytes)) {
                return false;
            }
            int count = Math.min(recordEnd, bytes.remaining()) - position;
            if (count <= 0) {
                return false;
            }
            if (scanned < HelloMessage.HEADER_BYTES) {
                scanHeaderByte(byteAt(bytes, position));
            } else {
                position += count;
                scanned += count;
            }
        }
        return true;
    }

    /** Reads the header of a record. Returns false if it is incomplete. */
    private boolean beginRecord(ByteBuffer bytes) throws MalformedHelloException {
        int available = bytes.remaining() - position;
        if (available > 0 && byteAt(bytes, position) != HANDSHAKE_RECORD) {
            throw new MalformedHelloException("a record of another type inside the ClientHello");
        }
        if (available > 1 && byteAt(bytes, position + 1) != MAJOR_VERSION) {
            throw new MalformedHelloException("a record with a major version other than 3");
        }
        if (available < RECORD_HEADER_BYTES) {
            return false;
        }
        int length = uint16At(bytes, position + LENGTH_OFFSET);
        if (length == 0 || length > MAX_RECORD_BYTES) {
            throw new MalformedHelloException("a record length outside of 1 to " + MAX_RECORD_BYTES);
        }
        position += RECORD_HEADER_BYTES;
        recordEnd = position + length;
        checkRecord();
        return true;
    }

    private void scanHeaderByte(int value) throws MalformedHelloException {
        if (scanned == 0 && value != CLIENT_HELLO) {
            throw new MalformedHelloException("a handshake message other than ClientHello");
        }
        messageHeader = messageHeader << 8 | value;
        position++;
        scanned++;
        if (scanned == HelloMessage.HEADER_BYTES) {
            messageBytes = HelloMessage.HEADER_BYTES + (messageHeader & 0xffffff);
            if (messageBytes > MAX_MESSAGE_BYTES) {
                throw new MalformedHelloException("a ClientHello of more than " + MAX_MESSAGE_BYTES + " bytes");
            }
            checkRecord();
        }
    }

    /**
     * Checks the end of the record as soon as the size of the message is known. RFC 8446, section 5.1, requires that
     * the ClientHello ends with a record. Without the other check, a reader with a limit could wait for bytes that it
     * cannot hold.
     */
    private void checkRecord() throws MalformedHelloException {
        if (scanned < HelloMessage.HEADER_BYTES) {
            return;
        }
        int inRecord = recordEnd - position;
        int missing = messageBytes - scanned;
        if (inRecord > missing) {
            throw new MalformedHelloException("bytes after the ClientHello in its last record");
        }
        if (inRecord < missing && recordEnd + RECORD_HEADER_BYTES + missing - inRecord > MAX_BYTES) {
            throw new MalformedHelloException("a ClientHello that ends after " + MAX_BYTES + " bytes of records");
        }
    }

    /** Copies the message out of its records, whose headers are checked. */
    private byte[] message(ByteBuffer bytes) {
        byte[] message = new byte[messageBytes];
        int offset = 0;
        int filled = 0;
        while (filled < messageBytes) {
            int length = uint16At(bytes, offset + LENGTH_OFFSET);
            bytes.get(bytes.position() + offset + RECORD_HEADER_BYTES, message, filled, length);
            offset += RECORD_HEADER_BYTES + length;
            filled += length;
        }
        return message;
    }

    private static int byteAt(ByteBuffer bytes, int offset) {
        return bytes.get(bytes.position() + offset) & 0xff;
    }

    private static int uint16At(ByteBuffer bytes, int offset) {
        return byteAt(bytes, offset) << 8 | byteAt(bytes, offset + 1);
    }
}
