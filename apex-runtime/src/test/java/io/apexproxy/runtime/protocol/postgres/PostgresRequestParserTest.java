package io.apexproxy.runtime.protocol.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.ParseResult.Complete;
import io.apexproxy.runtime.protocol.ParseResult.Incomplete;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresRequestParserTest {

    private static final int INPUTS = 1_000_000;

    /** The last number is the byte that decides. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "SSLRequest,                    0000000804d2162f,                 SSL,            8, 8",
        "SSLRequest and more bytes,     0000000804d2162f16030100,         SSL,            8, 8",
        "GSSENCRequest,                 0000000804d21630,                 GSS_ENCRYPTION, 8, 8",
        "CancelRequest,                 0000001004d2162e000004d200001234, CANCEL,         0, 8",
        "StartupMessage,                0000002900030000757365720061,     OTHER,          0, 4",
        "StartupMessage of 8 bytes,     0000000800030000,                 OTHER,          0, 5",
        "CancelRequest of another size, 0000000804d2162e,                 OTHER,          0, 8",
        "CancelRequest of version 3.2,  0000001404d2162e,                 OTHER,          0, 4",
        "SSLRequest of another size,    0000001004d2162f,                 OTHER,          0, 8",
        "TLS,                           160301,                           OTHER,          0, 1",
        "HTTP,                          474554202f20485454502f312e31,     OTHER,          0, 1",
        "MySQL,                         00000185a6ff01,                   OTHER,          0, 3",
    })
    void firstByteThatIsInOneRequestOrNoneDecides(String description, String hex, PostgresRequest request, int length,
            int decidingByte) {
        byte[] stream = HexFormat.of().parseHex(hex);

        for (int count = 0; count <= stream.length; count++) {
            assertThat(parse(stream, count)).as("%s bytes", count)
                    .isEqualTo(count < decidingByte ? new Incomplete<>() : new Complete<>(request, length));
        }
    }

    @Test
    void anyBytesAreParsed() {
        Random random = new Random(18);
        byte[] request = HexFormat.of().parseHex("0000000804d2162f");
        byte[] stream = new byte[9];
        for (int count = 0; count < INPUTS; count++) {
            random.nextBytes(stream);
            System.arraycopy(request, 0, stream, 0, random.nextInt(request.length + 1));
            ParseResult<PostgresRequest> part = parse(stream, random.nextInt(10));
            ParseResult<PostgresRequest> whole = parse(stream, stream.length);
            boolean consistent = part instanceof Incomplete || part.equals(whole);
            if (whole instanceof Incomplete || !consistent) {
                assertThat(part).as(HexFormat.of().formatHex(stream)).isEqualTo(whole);
            }
        }
    }

    private static ParseResult<PostgresRequest> parse(byte[] stream, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count + 2).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(1).put(stream, 0, count).flip().position(1);
        ParseResult<PostgresRequest> result = PostgresRequestParser.parse(bytes);
        if (bytes.position() != 1 || bytes.remaining() != count) {
            throw new AssertionError("the parser has changed the buffer");
        }
        return result;
    }
}
