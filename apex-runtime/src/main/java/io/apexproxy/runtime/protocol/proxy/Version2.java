package io.apexproxy.runtime.protocol.proxy;

import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.proxy.ParsedProxyHeader.Endpoints;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/** Parses a header of version 2: 16 fixed bytes, a block of addresses and fields (TLVs). */
final class Version2 {

    static final int NUMBER = 2;
    static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

    /** The signature, version and command, family and transport, length of the rest. */
    static final int FIXED_BYTES = 16;
    static final int COMMAND_INDEX = 12;
    static final int FAMILY_INDEX = 13;
    static final int LENGTH_INDEX = 14;

    /** The version is in the high four bits, the command in the low ones. */
    static final int LOCAL = 0x20;
    static final int PROXY = 0x21;

    /** The address family is in the high four bits, the transport in the low ones. */
    static final int UNSPEC = 0x00;
    static final int INET_STREAM = 0x11;
    static final int INET6_STREAM = 0x21;

    static final int INET_BYTES = 4;
    static final int INET6_BYTES = 16;

    /** Enough for client certificates, which senders can pass in fields. */
    static final int MAX_BYTES = 16 * 1024;

    private static final int MAX_FAMILY = 3;
    private static final int MAX_TRANSPORT = 2;
    private static final int FAMILY_SHIFT = 4;
    private static final int TRANSPORT_MASK = 0xf;
    /** The bytes of the block of addresses of the families UNSPEC, INET, INET6 and UNIX. */
    private static final int[] BLOCK_BYTES = {0, 12, 36, 216};

    private Version2() {
    }

    static ParseResult<ParsedProxyHeader> parse(ByteBuffer received) {
        if (received.remaining() < FIXED_BYTES) {
            return new ParseResult.Incomplete<>();
        }
        int command = Byte.toUnsignedInt(received.get(COMMAND_INDEX));
        if (command != LOCAL && command != PROXY) {
            return new ParseResult.Invalid<>("unknown version or command");
        }
        int familyAndTransport = Byte.toUnsignedInt(received.get(FAMILY_INDEX));
        int family = familyAndTransport >> FAMILY_SHIFT;
        if (family > MAX_FAMILY || (familyAndTransport & TRANSPORT_MASK) > MAX_TRANSPORT) {
            return new ParseResult.Invalid<>("unknown address family or transport");
        }
        int length = FIXED_BYTES + Short.toUnsignedInt(received.getShort(LENGTH_INDEX));
        if (length > MAX_BYTES) {
            return new ParseResult.Invalid<>("longer than " + MAX_BYTES + " bytes");
        }
        int fieldsIndex = FIXED_BYTES + BLOCK_BYTES[family];
        if (command == PROXY && length < fieldsIndex) {
            return new ParseResult.Invalid<>("too short for the addresses");
        }
        if (received.remaining() < length) {
            return new ParseResult.Incomplete<>();
        }
        if (command == LOCAL) { // the protocol requires that the rest is ignored
            return new ParseResult.Complete<>(header(Optional.empty(), HeaderFields.NONE), length);
        }
        return parseProxy(received.slice(0, length), fieldsIndex, endpoints(received, familyAndTransport));
    }

    private static ParseResult<ParsedProxyHeader> parseProxy(ByteBuffer header, int fieldsIndex,
            Optional<Endpoints> endpoints) {
        byte[] bytes = new byte[header.remaining() - fieldsIndex];
        header.get(fieldsIndex, bytes);
        Optional<HeaderFields> fields = HeaderFields.of(bytes);
        if (fields.isEmpty()) {
            return new ParseResult.Invalid<>("the last field does not end with the header");
        }
        OptionalInt checksum = fields.get().indexOf(HeaderFields.CRC32C);
        if (checksum.isPresent()) {
            int index = fieldsIndex + checksum.getAsInt();
            if (header.getShort(index + HeaderFields.LENGTH_INDEX) != Integer.BYTES) {
                return new ParseResult.Invalid<>("expected a checksum of 4 bytes");
            }
            int valueIndex = index + HeaderFields.VALUE_INDEX;
            if (header.getInt(valueIndex) != checksum(header, valueIndex)) {
                return new ParseResult.Invalid<>("checksum does not match");
            }
        }
        return new ParseResult.Complete<>(header(endpoints, fields.get()), header.remaining());
    }

    private static ParsedProxyHeader header(Optional<Endpoints> endpoints, HeaderFields fields) {
        return new ParsedProxyHeader(NUMBER, endpoints, fields);
    }

    /** Returns the addresses of TCP connections. Other families and transports are valid, but have no use here. */
    private static Optional<Endpoints> endpoints(ByteBuffer header, int familyAndTransport) {
        return switch (familyAndTransport) {
            case INET_STREAM -> Optional.of(endpointsOf(header, INET_BYTES));
            case INET6_STREAM -> Optional.of(endpointsOf(header, INET6_BYTES));
            default -> Optional.empty();
        };
    }

    private static Endpoints endpointsOf(ByteBuffer header, int addressBytes) {
        int portsIndex = FIXED_BYTES + 2 * addressBytes;
        return new Endpoints(
                new InetSocketAddress(address(header, FIXED_BYTES, addressBytes), port(header, portsIndex)),
                new InetSocketAddress(address(header, FIXED_BYTES + addressBytes, addressBytes),
                        port(header, portsIndex + Short.BYTES)));
    }

    private static InetAddress address(ByteBuffer header, int index, int length) {
        byte[] bytes = new byte[length];
        header.get(index, bytes);
        return IpParser.address(bytes);
    }

    private static int port(ByteBuffer header, int index) {
        return Short.toUnsignedInt(header.getShort(index));
    }

    /** Returns the CRC32C of a header as if the checksum in it were zero. */
    static int checksum(ByteBuffer header, int checksumIndex) {
        CRC32C crc = new CRC32C();
        crc.update(header.slice(0, checksumIndex));
        crc.update(new byte[Integer.BYTES]);
        int rest = checksumIndex + Integer.BYTES;
        crc.update(header.slice(rest, header.limit() - rest));
        return (int) crc.getValue();
    }
}
