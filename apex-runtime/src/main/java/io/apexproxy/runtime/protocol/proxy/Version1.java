package io.apexproxy.runtime.protocol.proxy;

import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.proxy.ParsedProxyHeader.Endpoints;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Parses a header of version 1: a line of text. */
final class Version1 {

    static final int NUMBER = 1;
    static final String TCP4 = "PROXY TCP4 ";
    static final String TCP6 = "PROXY TCP6 ";
    static final String UNKNOWN = "PROXY UNKNOWN";
    static final String END = "\r\n";

    /** The longest line that the protocol allows, with its end. */
    static final int MAX_BYTES = 107;

    private static final String SPACE = " ";
    /** Source, destination, source port, destination port. */
    private static final int TOKENS = 4;

    private Version1() {
    }

    static ParseResult<ParsedProxyHeader> parseTcp4(ByteBuffer received) {
        return parse(received, TCP4, text -> withEndpoints(text, IpParser::ipv4));
    }

    static ParseResult<ParsedProxyHeader> parseTcp6(ByteBuffer received) {
        return parse(received, TCP6, text -> withEndpoints(text, IpParser::ipv6));
    }

    static ParseResult<ParsedProxyHeader> parseUnknown(ByteBuffer received) {
        return parse(received, UNKNOWN, Version1::withoutEndpoints);
    }

    /** Parses a line that begins with a signature. The conversion is applied to the text between signature and end. */
    private static ParseResult<ParsedProxyHeader> parse(ByteBuffer received, String signature,
            Function<String, Optional<ParsedProxyHeader>> conversion) {
        byte[] bytes = new byte[Math.min(received.remaining(), MAX_BYTES)];
        received.get(0, bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf(END, signature.length());
        if (end < 0) {
            return bytes.length < MAX_BYTES ? new ParseResult.Incomplete<>()
                    : new ParseResult.Invalid<>("no end of line in " + MAX_BYTES + " bytes");
        }
        Optional<ParsedProxyHeader> header = conversion.apply(text.substring(signature.length(), end));
        return header.isPresent() ? new ParseResult.Complete<>(header.get(), end + END.length())
                : new ParseResult.Invalid<>("malformed text after " + signature.strip());
    }

    private static Optional<ParsedProxyHeader> withEndpoints(String text,
            Function<String, Optional<InetAddress>> address) {
        String[] tokens = text.split(SPACE, -1);
        if (tokens.length != TOKENS) {
            return Optional.empty();
        }
        Optional<InetSocketAddress> source = endpoint(address.apply(tokens[0]), IpParser.port(tokens[2]));
        Optional<InetSocketAddress> destination = endpoint(address.apply(tokens[1]), IpParser.port(tokens[3]));
        return source.isPresent() && destination.isPresent()
                ? Optional.of(header(Optional.of(new Endpoints(source.get(), destination.get())))) : Optional.empty();
    }

    private static Optional<InetSocketAddress> endpoint(Optional<InetAddress> address, OptionalInt port) {
        return port.isPresent() ? address.map(each -> new InetSocketAddress(each, port.getAsInt())) : Optional.empty();
    }

    /** The protocol requires that the rest of the line is ignored. */
    private static Optional<ParsedProxyHeader> withoutEndpoints(String text) {
        return text.isEmpty() || text.startsWith(SPACE) ? Optional.of(header(Optional.empty())) : Optional.empty();
    }

    private static ParsedProxyHeader header(Optional<Endpoints> endpoints) {
        return new ParsedProxyHeader(NUMBER, endpoints, HeaderFields.NONE);
    }
}
