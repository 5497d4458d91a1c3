package io.apexproxy.runtime.protocol.proxy;

import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.SIGNATURE;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.concat;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.hex;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.parse;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.parsePrefix;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.protocol.ParseResult;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that are not a header. Most lines of version 1 are from the tests of go-proxyproto. */
class InvalidProxyHeaderTest {

    /** The first byte that cannot be part of a header is the last of each text. */
    @ParameterizedTest
    @ValueSource(strings = {"G", "\n", "\r\r", "PROXx", "proxy", "PROXYT", "PROXY\t", "PROXY  ", "PROXY \n", "PROXY \r",
        "PROXY S", "PROXY TCP5", "PROXY TCP\r", "PROXY TCP4\r", "PROXY TCP6\t", "PROXY UNKNOWM", "PROXY unknown",
        "\r\n\r\n\0\r\nQUIT\r", "\r\n\r\n\r", "\u0016\u0003\u0001", "\0"})
    void firstByteOutsideTheSignatureIsInvalidAtOnce(String text) {
        int wrong = IntStream.rangeClosed(0, text.length())
                .filter(length -> !(parsePrefix(text(text), length) instanceof ParseResult.Incomplete)).findFirst()
                .orElseThrow();

        assertThat(parsePrefix(text(text), wrong)).isEqualTo(invalid("expected a PROXY header"));
        assertThat(parse(text(text))).isEqualTo(invalid("expected a PROXY header"));
        assertThat(parse(text(text + "\r\n"))).isEqualTo(invalid("expected a PROXY header"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", // nothing after the family
        "192.0.2.1", "192.0.2.1 192.0.2.2", "192.0.2.1 192.0.2.2 80", "192.0.2.1 192.0.2.2 80 ",
        "192.0.2.1 192.0.2.2  80", "192.0.2.1 192.0.2.2 80 443 ", "192.0.2.1 192.0.2.2 80 443 x",
        "192.0.2.1  192.0.2.2 80 443", " 192.0.2.1 192.0.2.2 80 443", "192.0.2.1\t192.0.2.2 80 443",
        "192.0.2.1 192.0.2.2 80 443\r", "192.0.2.1 192.0.2.2 80 443\n", "192.0.2.1 192.0.2.2 80 443\0",
        "192.0.2.1 192.0.2.2 +80 443", "192.0.2.1 192.0.2.2 -80 443", "192.0.2.1 192.0.2.2 080 443",
        "192.0.2.1 192.0.2.2 80 00", "192.0.2.1 192.0.2.2 65536 443", "192.0.2.1 192.0.2.2 80 99999999999999999999",
        "192.0.2.1 192.0.2.2 80 0x50", "192.0.2.1 192.0.2.2 80 4\u00b2", "192.0.2.1 192.0.2.2 http 443",
        "01.2.3.4 192.0.2.2 80 443", "1.2.3.004 192.0.2.2 80 443", "1.2.3.256 192.0.2.2 80 443",
        "1.2.3 192.0.2.2 80 443", "1.2.3.4.5 192.0.2.2 80 443", "1.2.3. 192.0.2.2 80 443",
        ".1.2.3 192.0.2.2 80 443", "1..2.3 192.0.2.2 80 443", "16909060 192.0.2.2 80 443",
        "0x1.2.3.4 192.0.2.2 80 443", "localhost 192.0.2.2 80 443", "192.0.2.1 2001:db8::2 80 443",
        "2001:db8::1 192.0.2.2 80 443", "::ffff:192.0.2.1 192.0.2.2 80 443"})
    void malformedLineOfIpv4IsInvalid(String rest) {
        assertThat(parse(text("PROXY TCP4 " + rest + "\r\n"))).isEqualTo(invalid("malformed text after PROXY TCP4"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "fe80::1%eth0", "fe80::1%1", "[::1]", "::1/128", "1:2:3:4:5:6:7", ":",
        "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3", ":::", "1:::2", ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:", "1:2:3:4:5:6:7:8:", "::1:", ":1::", "12345::", "::g", "::-1", "::+1", "::1.2.3", "::01.2.3.4",
        "::1.2.3.4:5", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "::1:2:3:4:5:6:1.2.3.4", "localhost"})
    void malformedAddressOfIpv6IsInvalid(String address) {
        ParseResult<ParsedProxyHeader> expected = invalid("malformed text after PROXY TCP6");

        assertThat(parse(text("PROXY TCP6 " + address + " ::1 80 443\r\n"))).isEqualTo(expected);
        assertThat(parse(text("PROXY TCP6 ::1 " + address + " 80 443\r\n"))).isEqualTo(expected);
    }

    @Test
    void tokenThatOnlyBeginsWithUnknownIsInvalid() {
        assertThat(parse(text("PROXY UNKNOWNS\r\n"))).isEqualTo(invalid("malformed text after PROXY UNKNOWN"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN ", "PROXY TCP4 ", "PROXY TCP6 "})
    void lineHasAtMost107Bytes(String start) {
        byte[] unended = text(start + "f".repeat(106 - start.length()) + "\r");

        assertThat(parsePrefix(unended, 106)).isEqualTo(new ParseResult.Incomplete<>());
        assertThat(parse(unended)).isEqualTo(invalid("no end of line in 107 bytes"));
        assertThat(parse(concat(unended, text("\n")))).isEqualTo(invalid("no end of line in 107 bytes"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "\n\r", "\r\r", "\n\n"})
    void otherEndOfLineIsNone(String end) {
        assertThat(parse(text("PROXY TCP4 192.0.2.1 192.0.2.2 80 443" + end)))
                .isEqualTo(new ParseResult.Incomplete<>());
        assertThat(parse(text("PROXY UNKNOWN" + end))).isEqualTo(new ParseResult.Incomplete<>());
    }

    @ParameterizedTest
    @CsvSource({
        "1111 000c, unknown version or command", "3111 000c, unknown version or command",
        "0111 000c, unknown version or command", "2211 000c, unknown version or command",
        "2f11 000c, unknown version or command", "2141 000c, unknown address family or transport",
        "21f1 000c, unknown address family or transport", "2113 000c, unknown address family or transport",
        "211f 000c, unknown address family or transport", "2041 0000, unknown address family or transport",
        "2111 000b, too short for the addresses", "2110 000b, too short for the addresses",
        "2112 0000, too short for the addresses", "2121 0023, too short for the addresses",
        "2131 00d7, too short for the addresses", "2111 3ff1, longer than 16384 bytes",
        "2000 3ff1, longer than 16384 bytes", "2111 ffff, longer than 16384 bytes",
    })
    void fixedPartShowsThatHeaderIsInvalid(String fixed, String reason) {
        assertThat(parse(hex(SIGNATURE + fixed))).isEqualTo(invalid(reason));
    }

    @Test
    void headerOf16KibibytesIsValid() {
        byte[] bytes = concat(hex(SIGNATURE + "2111 3ff0 c0000201 c0000202 dc04 01bb ea 3fe1"), new byte[0x3fe1]);

        assertThat(bytes).hasSize(16 * 1024);
        assertThat(parsePrefix(bytes, bytes.length - 1)).isEqualTo(new ParseResult.Incomplete<>());
        assertThat(HeaderBytes.header(bytes).field(0xea)).contains(new byte[0x3fe1]);
    }

    /** The first two are vectors c3 and c4 of proxy_protocol_tlv_validation of HAProxy. */
    static Stream<String> fieldsThatDoNotEndWithTheHeader() {
        return Stream.of("2111 0014 7f000001 7f000001 002a 0539 02 000a 3132333435",
                "2111 0016 7f000001 7f000001 002a 0539 02 0005 3132333435 0000",
                "2111 000d 7f000001 7f000001 002a 0539 04", "2111 000e 7f000001 7f000001 002a 0539 0400",
                "2111 000f 7f000001 7f000001 002a 0539 040001", "2111 000f 7f000001 7f000001 002a 0539 04ffff",
                "2100 0001 04", "2112 000d 7f000001 7f000001 002a 0539 04", "2131 00d9" + "00".repeat(217));
    }

    @ParameterizedTest
    @MethodSource("fieldsThatDoNotEndWithTheHeader")
    void fieldThatDoesNotEndWithTheHeaderIsInvalid(String afterSignature) {
        assertThat(parse(hex(SIGNATURE + afterSignature)))
                .isEqualTo(invalid("the last field does not end with the header"));
    }

    @ParameterizedTest
    @CsvSource({
        "2111 0013 c0000201 c0000202 dc04 01bb 03 0004 00000000, checksum does not match",
        "2112 0013 c0000201 c0000202 dc04 01bb 03 0004 d6c8c75f, checksum does not match",
        "2100 0007 03 0004 00000000,                             checksum does not match",
        "2111 000f c0000201 c0000202 dc04 01bb 03 0000,          expected a checksum of 4 bytes",
        "2111 0012 c0000201 c0000202 dc04 01bb 03 0003 d6c8c7,   expected a checksum of 4 bytes",
        "2111 0014 c0000201 c0000202 dc04 01bb 03 0005 d6c8c75f00, expected a checksum of 4 bytes",
    })
    void wrongChecksumIsInvalid(String afterSignature, String reason) {
        assertThat(parse(hex(SIGNATURE + afterSignature))).isEqualTo(invalid(reason));
    }

    private static ParseResult<ParsedProxyHeader> invalid(String reason) {
        return new ParseResult.Invalid<>(reason);
    }
}
