package io.apexproxy.runtime.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.ParseResult.Complete;
import io.apexproxy.runtime.protocol.ParseResult.Incomplete;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** Calls of the parser that also check its contract for buffers. */
final class HelloParsing {

    static final ParseResult<Optional<ParsedClientHello>> INCOMPLETE = new Incomplete<>();
    static final ParseResult<Optional<ParsedClientHello>> NOT_TLS = new Complete<>(Optional.empty(), 0);

    private HelloParsing() {
    }

    static ParseResult<Optional<ParsedClientHello>> hello(String name, String... protocols) {
        return complete(new ParsedClientHello(Optional.of(name), List.of(protocols), false));
    }

    static ParseResult<Optional<ParsedClientHello>> complete(ParsedClientHello hello) {
        return new Complete<>(Optional.of(hello), 0);
    }

    static ParseResult<Optional<ParsedClientHello>> parse(byte[] stream) {
        return parse(new ClientHelloParser(), stream, stream.length);
    }

    /** Parses the first bytes of a stream, in a buffer that has other bytes before its position and after its limit. */
    static ParseResult<Optional<ParsedClientHello>> parse(ClientHelloParser parser, byte[] stream, int count) {
        int margin = 3;
        byte[] array = new byte[count + 2 * margin];
        System.arraycopy(stream, 0, array, margin, count);
        ByteBuffer bytes = ByteBuffer.wrap(array, margin, count).order(ByteOrder.LITTLE_ENDIAN);
        ParseResult<Optional<ParsedClientHello>> result = parser.parse(bytes);
        assertThat(bytes.position()).isEqualTo(margin);
        assertThat(bytes.limit()).isEqualTo(margin + count);
        return result;
    }

    /** Parses a stream that arrives byte by byte, and checks that only its last byte completes the message. */
    static ParseResult<Optional<ParsedClientHello>> parseByteByByte(byte[] stream) {
        ClientHelloParser parser = new ClientHelloParser();
        ByteBuffer all = ByteBuffer.wrap(stream).asReadOnlyBuffer();
        for (int count = 0; count < stream.length; count++) {
            assertThat(parser.parse(all.slice(0, count))).as("%s bytes", count).isEqualTo(INCOMPLETE);
        }
        return parser.parse(all);
    }
}
