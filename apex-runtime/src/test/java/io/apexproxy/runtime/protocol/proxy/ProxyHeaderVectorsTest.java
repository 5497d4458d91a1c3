package io.apexproxy.runtime.protocol.proxy;

import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.SIGNATURE;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.WITH_CHECKSUM;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.concat;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.endpoints;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.header;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.hex;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.parse;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.parsePrefix;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.proxy.ParsedProxyHeader.Endpoints;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Headers that other implementations test with, whole and in segments. */
class ProxyHeaderVectorsTest {

    private static final byte[] DATA = text("more data\r\n");
    private static final int CHECKSUM_TYPE_INDEX = 28;

    /** The source of each vector, its bytes, and its addresses. */
    static Stream<Arguments> vectors() {
        return Stream.of(
                arguments("Envoy V1Basic", text("PROXY TCP4 1.2.3.4 253.253.253.253 65535 1234\r\n"),
                        Optional.of(endpoints("1.2.3.4", 65535, "253.253.253.253", 1234))),
                arguments("Envoy BasicV6", text("PROXY TCP6 1:2:3::4 5:6::7:8 65535 1234\r\n"),
                        Optional.of(endpoints("1:2:3::4", 65535, "5:6::7:8", 1234))),
                arguments("specification, UNKNOWN", text("PROXY UNKNOWN\r\n"), Optional.empty()),
                arguments("specification, the longest line",
                        text("PROXY UNKNOWN " + "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ".repeat(2)
                                + "65535 65535\r\n"),
                        Optional.empty()),
                arguments("Envoy V2Basic", hex(SIGNATURE + "2111 000c 01020304 00010102 0305 0002"),
                        Optional.of(endpoints("1.2.3.4", 773, "0.1.1.2", 2))),
                arguments("HAProxy proxy_protocol_tlv_validation, c1",
                        hex(SIGNATURE + "2111 0014 7f000001 7f000001 002a 0539 02 0005 3132333435"),
                        Optional.of(endpoints("127.0.0.1", 42, "127.0.0.1", 1337))),
                arguments("health check of AWS NLB, kubernetes #57250",
                        hex(SIGNATURE + "20 11 0054 030004 bce5951f 04004a" + "00".repeat(74)), Optional.empty()),
                arguments("own, checksum", hex(WITH_CHECKSUM),
                        Optional.of(endpoints("192.0.2.1", 56324, "192.0.2.2", 443))),
                arguments("own, IPv6",
                        hex(SIGNATURE + "2121 0024 20010db8000000000000000000000001"
                                + "20010db8000000000000000000000002 dc04 01bb"),
                        Optional.of(endpoints("2001:db8::1", 56324, "2001:db8::2", 443))),
                arguments("own, IPv4-mapped",
                        hex(SIGNATURE + "2121 0024 00000000000000000000ffffc0000201"
                                + "20010db8000000000000000000000002 dc04 01bb"),
                        Optional.of(endpoints("192.0.2.1", 56324, "2001:db8::2", 443))),
                arguments("own, LOCAL without anything", hex(SIGNATURE + "2000 0000"), Optional.empty()),
                arguments("own, LOCAL with malformed fields", hex(SIGNATURE + "2021 0003 0300ff"), Optional.empty()),
                arguments("own, PROXY UNSPEC", hex(SIGNATURE + "2100 0000"), Optional.empty()),
                arguments("own, PROXY UNSPEC with a field", hex(SIGNATURE + "2100 0004 ea000101"), Optional.empty()),
                arguments("own, UDP", hex(SIGNATURE + "2112 000c c0000201 c0000202 dc04 01bb"), Optional.empty()),
                arguments("own, Unix", hex(SIGNATURE + "2131 00d8" + "2f".repeat(216)), Optional.empty()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vectors")
    void validHeaderIsCompleteAndDataFollows(String source, byte[] bytes, Optional<Endpoints> endpoints) {
        ParseResult<ParsedProxyHeader> result = parse(concat(bytes, DATA));

        assertThat(result).isEqualTo(new ParseResult.Complete<>(header(bytes), bytes.length));
        assertThat(header(bytes).endpoints()).isEqualTo(endpoints);
        assertThat(header(bytes).version()).isEqualTo(bytes[0] == 'P' ? 1 : 2);
    }

    /** The parser has no state, so the prefixes are all segments: one byte at a time and each division in two. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("vectors")
    void headerInAnySegmentsHasTheSameResult(String source, byte[] bytes) {
        byte[] received = concat(bytes, DATA);

        for (int length = 0; length <= received.length; length++) {
            assertThat(parsePrefix(received, length)).as("%d bytes", length).isEqualTo(length < bytes.length
                    ? new ParseResult.Incomplete<>() : new ParseResult.Complete<>(header(bytes), bytes.length));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vectors")
    void bufferRemainsUnchangedAndCanBeOfAnyKind(String source, byte[] bytes) {
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 2 * DATA.length);
        direct.put(DATA).put(bytes).put(DATA).flip().position(DATA.length);
        ByteBuffer before = direct.duplicate();

        assertThat(ProxyHeaderParser.parse(direct)).isEqualTo(parse(bytes));
        assertThat(ProxyHeaderParser.parse(direct.asReadOnlyBuffer())).isEqualTo(parse(bytes));
        assertThat(ProxyHeaderParser.parse(ByteBuffer.wrap(bytes).asReadOnlyBuffer())).isEqualTo(parse(bytes));
        assertThat(direct).isEqualTo(before);
    }

    /** The values with 0x01 are those of AWS and Azure in tlvs.vtc of HAProxy. */
    @ParameterizedTest
    @CsvSource({
        "0x02, 3132333435,                02 0005 3132333435",
        "0xea, 01 6177732d7670632d6964,   ea 000b 01 6177732d7670632d6964",
        "0xee, 01 4c494e4b4944,           ee 0007 01 4c494e4b4944",
        "0xeb, 6669727374,                eb 0005 6669727374 eb 0006 7365636f6e64",
        "0xff, 6c617374,                  04 0000 ff 0004 6c617374",
    })
    void firstFieldOfTypeCanBeRead(int type, String value, String fields) {
        assertThat(header(withFields(hex(fields))).field(type)).contains(hex(value));
    }

    /** Source: tlvs.vtc of HAProxy. */
    @Test
    void longFieldCanBeRead() {
        byte[] bytes = withFields(hex("ec 0080" + "41".repeat(128)));

        assertThat(header(bytes).field(0xec)).contains(text("A".repeat(128)));
    }

    @Test
    void absentFieldsAreEmpty() {
        assertThat(header(withFields(hex("02 0000"))).field(0x02)).contains(new byte[0]);
        assertThat(header(withFields(hex("02 0000"))).field(0x00)).isEmpty();
        assertThat(header(text("PROXY UNKNOWN\r\n")).field(0x02)).isEmpty();
    }

    @Test
    void fieldIsCopied() {
        ParsedProxyHeader header = header(withFields(hex("02 0001 41")));

        header.field(0x02).orElseThrow()[0] = 0;

        assertThat(header.field(0x02)).contains(text("A"));
    }

    @Test
    void textOfHeaderHasNoBytesOfFields() {
        ParsedProxyHeader header = header(withFields(hex("02 0003 410a42")));

        assertThat(header).hasToString("ParsedProxyHeader[version=2, endpoints=Optional[Endpoints["
                + "source=/127.0.0.1:42, destination=/127.0.0.1:1337]], fields=6 bytes]");
    }

    @Test
    void noBitOfHeaderWithChecksumCanChange() {
        byte[] valid = hex(WITH_CHECKSUM);

        for (int bit = 0; bit < valid.length * Byte.SIZE; bit++) {
            byte[] flipped = valid.clone();
            int index = bit / Byte.SIZE;
            flipped[index] ^= (byte) (1 << bit % Byte.SIZE);
            ParseResult<ParsedProxyHeader> result = parse(flipped);

            if (index == CHECKSUM_TYPE_INDEX) { // then the field is not a checksum
                assertThat(header(flipped).endpoints()).isEqualTo(header(valid).endpoints());
            } else if (flipped[Version2.COMMAND_INDEX] == Version2.LOCAL) { // the rest is not checked
                assertThat(header(flipped).endpoints()).isEmpty();
            } else {
                assertThat(result).as("bit %d", bit).isNotInstanceOf(ParseResult.Complete.class);
            }
        }
    }

    private static byte[] withFields(byte[] fields) {
        byte[] start = hex(SIGNATURE + "2111 0000 7f000001 7f000001 002a 0539");
        start[Version2.LENGTH_INDEX + 1] = (byte) (12 + fields.length);
        return concat(start, fields);
    }
}
