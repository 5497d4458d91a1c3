package io.apexproxy.runtime.protocol.proxy;

import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.proxy.ParsedProxyHeader.Endpoints;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Bytes of headers, and their results. */
final class HeaderBytes {

    /** The signature of version 2. */
    static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    /** 192.0.2.1:56324 to 192.0.2.2:443 with a checksum. */
    static final String WITH_CHECKSUM = SIGNATURE + "21110013c0000201c0000202dc0401bb030004d6c8c75f";

    private HeaderBytes() {
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Converts hexadecimal digits; spaces between them are ignored. */
    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    static ParseResult<ParsedProxyHeader> parse(byte[] bytes) {
        return ProxyHeaderParser.parse(ByteBuffer.wrap(bytes));
    }

    static ParseResult<ParsedProxyHeader> parsePrefix(byte[] bytes, int length) {
        return ProxyHeaderParser.parse(ByteBuffer.wrap(bytes, 0, length));
    }

    /** Returns the header with which the bytes begin. */
    static ParsedProxyHeader header(byte[] bytes) {
        if (parse(bytes) instanceof ParseResult.Complete<ParsedProxyHeader> complete) {
            return complete.value();
        }
        throw new AssertionError("not a complete header: " + parse(bytes));
    }

    static Endpoints endpoints(String source, int sourcePort, String destination, int destinationPort) {
        return new Endpoints(address(source, sourcePort), address(destination, destinationPort));
    }

    static InetSocketAddress address(String literal, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(literal), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
