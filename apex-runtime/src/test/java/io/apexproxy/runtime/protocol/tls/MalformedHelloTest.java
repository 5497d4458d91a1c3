package io.apexproxy.runtime.protocol.tls;

import static io.apexproxy.runtime.protocol.tls.HelloBuilder.handshake;
import static io.apexproxy.runtime.protocol.tls.HelloBuilder.hostName;
import static io.apexproxy.runtime.protocol.tls.HelloBuilder.join;
import static io.apexproxy.runtime.protocol.tls.HelloBuilder.record;
import static io.apexproxy.runtime.protocol.tls.HelloBuilder.vector16;
import static io.apexproxy.runtime.protocol.tls.HelloBuilder.vector8;
import static io.apexproxy.runtime.protocol.tls.HelloParsing.INCOMPLETE;
import static io.apexproxy.runtime.protocol.tls.HelloParsing.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.apexproxy.runtime.protocol.ParseResult.Invalid;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that begin as a TLS record and must be refused. */
class MalformedHelloTest {

    private static final String BEYOND = "a field ends after the field or message that contains it";
    private static final String AFTER_LAST = "bytes after the last element of a field or message";
    private static final String NOT_ALLOWED = "a server name with an empty label or a character that is not allowed";

    /** The last number is the byte that decides. */
    static Stream<Arguments> brokenRecords() {
        return Stream.of(
                arguments("1602", "a record with a major version other than 3", 2),
                arguments("16030100", "", 0),
                arguments("1603010000", "a record length outside of 1 to 16384", 5),
                arguments("1603014001", "a record length outside of 1 to 16384", 5),
                arguments("160301ffff", "a record length outside of 1 to 16384", 5),
                arguments("160301003802", "a handshake message other than ClientHello", 6),
                arguments("160301003800", "a handshake message other than ClientHello", 6),
                arguments("160301003801007ffd", "a ClientHello of more than 32768 bytes", 9),
                arguments("160301003801ffffff", "a ClientHello of more than 32768 bytes", 9),
                arguments("160301003801000033", "bytes after the ClientHello in its last record", 9),
                arguments("1603010005010000000e", "bytes after the ClientHello in its last record", 9),
                arguments("160301000401000000", BEYOND, 9),
                arguments("1603010001011603010000", "a record length outside of 1 to 16384", 11),
                arguments("16030100020100150301000202", "a record of another type inside the ClientHello", 8),
                arguments("160301000201001602", "a record with a major version other than 3", 9),
                arguments("160301000201001603010003000000", "bytes after the ClientHello in its last record", 14));
    }

    @ParameterizedTest
    @MethodSource("brokenRecords")
    void brokenRecordIsInvalidAtTheByteThatShowsIt(String hex, String reason, int decidingByte) {
        byte[] stream = HexFormat.of().parseHex(hex);

        for (int count = 0; count <= stream.length; count++) {
            assertThat(parse(Arrays.copyOf(stream, count))).as("%s bytes", count)
                    .isEqualTo(decidingByte == 0 || count < decidingByte ? INCOMPLETE : new Invalid<>(reason));
        }
    }

    static Stream<Arguments> brokenMessages() {
        byte[] fixed = new byte[34];
        HelloBuilder twoNames = new HelloBuilder().serverName("a.example").serverName("a.example");
        HelloBuilder twoLists = new HelloBuilder().alpn("h2").extension(0x0A0A).alpn("h2");
        return Stream.of(
                // before the extensions
                arguments("an incomplete random", handshake(1, new byte[33]), BEYOND),
                arguments("no session identifier", handshake(1, fixed), BEYOND),
                arguments("a long session identifier", handshake(1, fixed, new byte[] {1}), BEYOND),
                arguments("half a length", handshake(1, fixed, new byte[] {0, 0}), BEYOND),
                arguments("long cipher suites", handshake(1, fixed, new byte[] {0, 0, 2, 1}), BEYOND),
                arguments("no compression", handshake(1, fixed, new byte[] {0, 0, 0}), BEYOND),
                arguments("long compression", handshake(1, fixed, new byte[] {0, 0, 0, 1}), BEYOND),
                // extensions
                arguments("half a length of extensions", afterCompression(0), BEYOND),
                arguments("long extensions", afterCompression(0, 1), BEYOND),
                arguments("short extensions", afterCompression(0, 0, 0), AFTER_LAST),
                arguments("half a type", afterCompression(0, 1, 0), BEYOND),
                arguments("no extension length", afterCompression(0, 2, 0, 0), BEYOND),
                arguments("a long extension", afterCompression(0, 5, 0, 9, 0, 2, 0), BEYOND),
                // server_name
                arguments("two server_name extensions", twoNames.message(), "a repeated server_name extension"),
                arguments("no names", extension(0), BEYOND),
                arguments("an empty list of names", extension(0, new byte[2]), "an empty list"),
                arguments("a long list of names", extension(0, new byte[] {0, 2, 0}), BEYOND),
                arguments("a byte after the names", extension(0, vector16(hostName("a")), new byte[1]), AFTER_LAST),
                arguments("a long name", extension(0, vector16(new byte[] {0, 0, 2, 'a'})), BEYOND),
                arguments("half a second name", extension(0, vector16(hostName("a"), new byte[] {0, 0})), BEYOND),
                arguments("an empty name", extension(0, vector16(hostName(""))), NOT_ALLOWED),
                arguments("a name of 256 bytes", extension(0, vector16(hostName("a".repeat(256)))),
                        "a server name of more than 255 bytes"),
                arguments("only a name of another type", extension(0, vector16(new byte[] {1, 0, 1, 'a'})),
                        "a server_name extension without a host name"),
                // ALPN
                arguments("two ALPN extensions", twoLists.message(), "a repeated ALPN extension"),
                arguments("no protocols", extension(16), BEYOND),
                arguments("an empty list of protocols", extension(16, new byte[2]), "an empty list"),
                arguments("an empty protocol", extension(16, vector16(vector8(new byte[2]), vector8())),
                        "an empty application protocol"),
                arguments("a long protocol", extension(16, vector16(new byte[] {2, 'h'})), BEYOND),
                arguments("a byte after the protocols", extension(16, vector16(vector8(new byte[2])), new byte[1]),
                        AFTER_LAST),
                arguments("129 protocols", extension(16, vector16(HelloBuilder.latin1("\u0001a".repeat(129)))),
                        "more than 128 application protocols"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenMessages")
    void brokenMessageIsInvalid(String description, byte[] message, String reason) {
        assertThat(parse(record(message))).isEqualTo(new Invalid<>(reason));
        assertThat(parse(HelloBuilder.recordsOf(message, 7))).isEqualTo(new Invalid<>(reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a..", ".a", "a..b", "*", "*.a", "a b", "a\nb", "a\u0000", "a\u007f", "a\u00e9",
        "a:443", "[::1]", "2001:db8::1", "a/b", "a%2e", "a\"b", "a,b", "a@b"})
    void nameThatIsNoHostNameIsInvalid(String name) {
        assertThat(parse(new HelloBuilder().serverName(name).record())).isEqualTo(new Invalid<>(NOT_ALLOWED));
    }

    /** A vector of nginx-tests, {@code stream_ssl_preread.t}: get_short. The message ends inside the name. */
    @Test
    void shortHelloOfNginxTestsIsInvalid() {
        byte[] stream = HexFormat.of().parseHex("160301003801000033"
                + "0303eb6357cdbaa6b8d853f1f6ac0fdf03178c0ae41824e76436823c1b273fbfde4b00000000000c0000000800060000"
                + "03666f6f");
        byte[] shortRecord = stream.clone();
        shortRecord[4]--;

        assertThat(parse(stream)).isEqualTo(new Invalid<>("bytes after the ClientHello in its last record"));
        assertThat(parse(shortRecord)).isEqualTo(new Invalid<>(BEYOND));
    }

    @Test
    void secondMessageInTheRecordOfTheHelloIsInvalid() {
        byte[] message = new HelloBuilder().serverName("a.example").message();

        assertThat(parse(record(join(message, message))))
                .isEqualTo(new Invalid<>("bytes after the ClientHello in its last record"));
    }

    private static byte[] afterCompression(int... bytes) {
        byte[] content = new byte[bytes.length];
        for (int index = 0; index < bytes.length; index++) {
            content[index] = (byte) bytes[index];
        }
        return new HelloBuilder().message(content);
    }

    private static byte[] extension(int type, byte[]... content) {
        return new HelloBuilder().extension(type, content).message();
    }
}
