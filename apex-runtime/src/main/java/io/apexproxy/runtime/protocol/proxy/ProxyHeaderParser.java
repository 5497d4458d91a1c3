package io.apexproxy.runtime.protocol.proxy;

import io.apexproxy.runtime.protocol.ParseResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Parses a PROXY protocol header, version 1 or 2, from the first bytes of a connection.
 *
 * <p>The caller passes all bytes received so far until the result is not {@link ParseResult.Incomplete}. The result
 * does not depend on how segments divide the header. A wrong byte in the signature is invalid at once.
 *
 * @see <a href="https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt">PROXY protocol</a>
 */
public final class ProxyHeaderParser {

    /** The bytes with which a header can begin. No signature is a prefix of another. */
    private static final List<Signature> SIGNATURES = List.of(
            new Signature(Version1.TCP4, Version1::parseTcp4),
            new Signature(Version1.TCP6, Version1::parseTcp6),
            new Signature(Version1.UNKNOWN, Version1::parseUnknown),
            new Signature(Version2.SIGNATURE, Version2::parse));

    private ProxyHeaderParser() {
    }

    /**
     * Parses the bytes from the position to the limit of the buffer, and changes neither.
     *
     * @param bytes all bytes received so far
     * @return the header; it has no addresses if the real addresses of the connection are valid
     */
    public static ParseResult<ParsedProxyHeader> parse(ByteBuffer bytes) {
        ByteBuffer received = bytes.slice(); // big-endian, whatever the order of the buffer
        boolean isPrefix = false;
        for (Signature signature : SIGNATURES) {
            int matched = signature.matchedBytes(received);
            if (matched == signature.length()) {
                return signature.parser().parse(received);
            }
            isPrefix |= matched == received.remaining();
        }
        return isPrefix ? new ParseResult.Incomplete<>() : new ParseResult.Invalid<>("expected a PROXY header");
    }

    /** Parses a header of which the signature is complete. The indexes of the buffer begin at 0. */
    private interface Parser {
        ParseResult<ParsedProxyHeader> parse(ByteBuffer received);
    }

    private record Signature(ByteBuffer bytes, Parser parser) {
        Signature(String text, Parser parser) {
            this(StandardCharsets.US_ASCII.encode(text).asReadOnlyBuffer(), parser);
        }

        private int length() {
            return bytes.remaining();
        }

        private int matchedBytes(ByteBuffer received) {
            int mismatch = bytes.mismatch(received);
            return mismatch < 0 ? length() : mismatch;
        }
    }
}
