package io.apexproxy.runtime.protocol.tls;

import static io.apexproxy.runtime.protocol.tls.HelloParsing.INCOMPLETE;
import static io.apexproxy.runtime.protocol.tls.HelloParsing.NOT_TLS;
import static io.apexproxy.runtime.protocol.tls.HelloParsing.complete;
import static io.apexproxy.runtime.protocol.tls.HelloParsing.hello;
import static io.apexproxy.runtime.protocol.tls.HelloParsing.parse;
import static io.apexproxy.runtime.protocol.tls.HelloParsing.parseByteByByte;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.ParseResult.Invalid;
import io.apexproxy.runtime.relay.opening.FirstBytesReader;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ClientHelloParserTest {

    private static final int GREASE = 0x0A0A;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int ENCRYPTED_CLIENT_HELLO = 0xFE0D;
    private static final ParseResult<Optional<ParsedClientHello>> TOO_MANY_BYTES =
            new Invalid<>("a ClientHello that ends after 65536 bytes of records");

    static Stream<Arguments> accepted() {
        return Stream.of(
                arguments("TLS 1.0", name().version(0x0301), hello("a.example")),
                arguments("TLS 1.1", name().version(0x0302), hello("a.example")),
                arguments("TLS 1.2", name().version(0x0303), hello("a.example")),
                arguments("TLS 1.3", name().extension(SUPPORTED_VERSIONS, new byte[] {2, 3, 4}), hello("a.example")),
                arguments("GREASE", new HelloBuilder().extension(GREASE).serverName("a.example")
                        .extension(0xFAFA, new byte[1]).alpn("\u00ca\u00ca", "h2"),
                        hello("a.example", "\u00ca\u00ca", "h2")),
                arguments("padding to 16 KiB", name().padding(16 * 1024), hello("a.example")),
                arguments("padding before the name", new HelloBuilder().padding(16 * 1024).serverName("a.example"),
                        hello("a.example")),
                arguments("the largest hello", name().padding(ClientHelloParser.MAX_MESSAGE_BYTES),
                        hello("a.example")),
                arguments("ECH", name().extension(ENCRYPTED_CLIENT_HELLO, new byte[100]).alpn("h2"),
                        complete(new ParsedClientHello(Optional.of("a.example"), List.of("h2"), true))),
                arguments("ALPN without a name", new HelloBuilder().alpn("acme-tls/1"),
                        complete(new ParsedClientHello(Optional.empty(), List.of("acme-tls/1"), false))),
                arguments("an empty list of extensions", new HelloBuilder(),
                        complete(ParsedClientHello.WITHOUT_EXTENSIONS)),
                arguments("a second host name", new HelloBuilder().extension(0,
                        HelloBuilder.vector16(HelloBuilder.hostName("a.example"), HelloBuilder.hostName("b.example"))),
                        hello("a.example")),
                arguments("a name of another type first", new HelloBuilder().extension(0,
                        HelloBuilder.vector16(new byte[] {7, 0, 1, '!'}, HelloBuilder.hostName("a.example"))),
                        hello("a.example")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("accepted")
    void wellFormedHelloIsParsed(String description, HelloBuilder builder, Object expected) {
        assertThat(parse(HelloBuilder.recordsOf(builder.message(), 1 << 14))).isEqualTo(expected);
    }

    @Test
    void helloWithoutExtensionsIsParsed() {
        assertThat(parse(HelloBuilder.record(new HelloBuilder().message(new byte[0]))))
                .isEqualTo(complete(ParsedClientHello.WITHOUT_EXTENSIONS));
    }

    @ParameterizedTest
    @CsvSource({"A.Example,a.example", "a.example.,a.example", "localhost,localhost", "_x-1.a_b,_x-1.a_b",
        "192.0.2.1,192.0.2.1", "xn--bcher-kva.example,xn--bcher-kva.example"})
    void nameIsNormalized(String sent, String expected) {
        assertThat(parse(new HelloBuilder().serverName(sent).record())).isEqualTo(hello(expected));
    }

    /** Vectors of nginx-tests, {@code stream_ssl_preread.t}. Both have no cipher suites. */
    @ParameterizedTest
    @CsvSource({
        // get_frag: the second record has the last byte of the name
        "160301003b010000380303ac8c8678a0aa1e7eed3644eed6c3bd2c697bc7deda249db0e30c339ebaa80b7600000200000100000d"
                + "0000000900070000" + "04666f6f" + "1603010001" + "66, foof",
        // get_oldver: the record has version 3.0
        "1603000038010000340303eb6357cdbaa6b8d853f1f6ac0fdf03178c0ae41824e76436823c1b273fbfde4b0000000000"
                + "0c0000000800060000" + "03666f6f, foo"})
    void helloOfNginxTestsIsParsed(String hex, String expected) {
        byte[] stream = HexFormat.of().parseHex(hex);

        assertThat(parse(stream)).isEqualTo(hello(expected));
        assertThat(parseByteByByte(stream)).isEqualTo(hello(expected));
    }

    @Test
    void recordsCanEndAtEachByte() {
        byte[] message = name().alpn("h2").message();

        for (int size = 1; size < message.length; size++) {
            byte[] stream = HelloBuilder.records(message, size);
            assertThat(parse(stream)).as("first record of %s bytes", size).isEqualTo(hello("a.example", "h2"));
            assertThat(parse(HelloBuilder.recordsOf(message, size))).isEqualTo(hello("a.example", "h2"));
        }
    }

    @Test
    void segmentsCanEndAtEachByte() {
        byte[] stream = HelloBuilder.records(name().alpn("h2").message(), 2, 70, 30);

        for (int count = 0; count < stream.length; count++) {
            ClientHelloParser parser = new ClientHelloParser();
            assertThat(parse(parser, stream, count)).isEqualTo(INCOMPLETE);
            assertThat(parse(parser, stream, stream.length)).isEqualTo(hello("a.example", "h2"));
        }
    }

    @Test
    void segmentsCanHaveOneByteEach() {
        byte[] message = name().message();

        assertThat(parseByteByByte(HelloBuilder.record(message))).isEqualTo(hello("a.example"));
        assertThat(parseByteByByte(HelloBuilder.recordsOf(message, 1))).isEqualTo(hello("a.example"));
    }

    @Test
    void bytesAfterTheHelloAreIgnored() {
        byte[] stream = HelloBuilder.join(name().record(), HelloBuilder.record(0x17, 0x0303, new byte[9]));

        assertThat(parse(stream)).isEqualTo(hello("a.example"));
    }

    static Stream<Arguments> notTls() {
        return Stream.of(
                arguments("HTTP", "474554202f", 1), arguments("SSH", "5353482d", 1),
                arguments("PostgreSQL", "0000000804d2162f", 1), arguments("an alert", "15030100020228", 1),
                arguments("application data", "170303", 1), arguments("an RPC record mark", "8000010301", 2),
                arguments("SSL 2.0 with a length of 8", "80080103", 2), arguments("another message", "802e0403", 3),
                arguments("another version", "802e0104", 4), arguments("0xff", "ffff0202", 3));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notTls")
    void firstByteThatIsNotTlsDecides(String description, String hex, int decidingByte) {
        byte[] stream = HexFormat.of().parseHex(hex);

        for (int count = 0; count <= stream.length; count++) {
            assertThat(parse(Arrays.copyOf(stream, count))).isEqualTo(count < decidingByte ? INCOMPLETE : NOT_TLS);
        }
    }

    @ParameterizedTest
    @CsvSource({"802e010301", "80090100", "ff000103"})
    void helloInFormatOfSsl2HasNoName(String hex) {
        byte[] stream = HexFormat.of().parseHex(hex);

        assertThat(parse(Arrays.copyOf(stream, 3))).isEqualTo(INCOMPLETE);
        assertThat(parse(Arrays.copyOf(stream, 4))).isEqualTo(complete(ParsedClientHello.WITHOUT_EXTENSIONS));
        assertThat(parse(stream)).isEqualTo(complete(ParsedClientHello.WITHOUT_EXTENSIONS));
    }

    @Test
    void headersOfRecordsCountTowardsTheLimit() {
        int largest = ClientHelloParser.MAX_BYTES / 6;

        assertThat(parse(HelloBuilder.recordsOf(name().padding(largest).message(), 1))).isEqualTo(hello("a.example"));
        byte[] tooLarge = HelloBuilder.recordsOf(name().padding(largest + 1).message(), 1);
        assertThat(parse(Arrays.copyOf(tooLarge, ClientHelloParser.MAX_BYTES))).isEqualTo(TOO_MANY_BYTES);
        assertThat(parse(Arrays.copyOf(tooLarge, ClientHelloParser.MAX_BYTES / 2))).isEqualTo(INCOMPLETE);
    }

    /** Around the limit, the last record or one of one byte ends beyond it: the parser never waits for such bytes. */
    @ParameterizedTest
    @CsvSource({"10700,10710", "10915,10925"})
    void limitIsDetectedWithinTheLimit(int minRecords, int maxRecords) {
        byte[] message = name().padding(12_000).message();

        IntStream.rangeClosed(minRecords, maxRecords).forEach(ones -> {
            int[] sizes = new int[ones];
            Arrays.fill(sizes, 1);
            byte[] stream = HelloBuilder.records(message, sizes);
            byte[] held = Arrays.copyOf(stream, Math.min(stream.length, ClientHelloParser.MAX_BYTES));
            assertThat(parse(held)).as("%s records of one byte", ones)
                    .isEqualTo(held.length == stream.length ? hello("a.example") : TOO_MANY_BYTES);
        });
    }

    @Test
    void limitIsThatOfReaders() {
        assertThat(ClientHelloParser.MAX_BYTES).isLessThanOrEqualTo(FirstBytesReader.MAX_BYTES);
    }

    private static HelloBuilder name() {
        return new HelloBuilder().serverName("a.example");
    }
}
