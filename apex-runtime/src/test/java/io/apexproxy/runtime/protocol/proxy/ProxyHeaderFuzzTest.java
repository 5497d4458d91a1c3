package io.apexproxy.runtime.protocol.proxy;

import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.SIGNATURE;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.WITH_CHECKSUM;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.concat;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.hex;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.parse;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.parsePrefix;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.protocol.ParseResult;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random bytes and mutations of headers: the parser returns a result that does not depend on the segments. */
class ProxyHeaderFuzzTest {

    private static final int INPUTS = 1_000_000;
    private static final long SEED = 18;
    private static final int MAX_RANDOM_BYTES = 64;
    private static final int MAX_MUTATIONS = 3;
    private static final int MAX_TOKENS = 40;

    private static final List<byte[]> HEADERS = List.of(text("PROXY TCP4 1.2.3.4 253.253.253.253 65535 1234\r\nmore"),
            text("PROXY TCP6 1:2:3::4 ::ffff:192.0.2.1 65535 1234\r\n"), text("PROXY UNKNOWN ::1 ::2 80 443\r\n"),
            hex(SIGNATURE + "2111 0014 7f000001 7f000001 002a 0539 02 0005 3132333435"), hex(WITH_CHECKSUM),
            hex(SIGNATURE + "2121 0027" + "20".repeat(36) + "04 0000" + "ff"), hex(SIGNATURE + "2100 0004 ea 0001 01"),
            hex(SIGNATURE + "2000 0003 030004"));
    private static final List<byte[]> STARTS = List.of(text("PROXY TCP4 "), text("PROXY TCP6 "), text("PROXY UNKNOWN"),
            hex(SIGNATURE), hex(SIGNATURE + "2111"), hex(SIGNATURE + "2000"));
    private static final List<byte[]> TOKENS = List.of(text("PROXY"), text("PROXY TCP4 "), text("PROXY TCP6 "),
            text("PROXY UNKNOWN"), text(" "), text("\r\n"), text("\r"), text("\n"), text("::"), text(":"), text("."),
            text("1"), text("ffff"), text("1.2.3.4"), text("::1"), text("80"), text("65536"), text("\0"),
            hex(SIGNATURE), hex("21"), hex("20"), hex("11"), hex("2111000c"), hex("03000400000000"), hex("0000"));

    private final Random random = new Random(SEED);

    @Test
    void resultDoesNotDependOnSegments() {
        Map<Class<?>, Integer> results = new HashMap<>();

        for (int i = 0; i < INPUTS; i++) {
            byte[] input = switch (i % 8) {
                case 0 -> randomBytes();
                case 1, 2, 3 -> tokens();
                default -> mutation();
            };
            ParseResult<ParsedProxyHeader> result = parse(input);
            int length = random.nextInt(input.length + 1);
            if (!agrees(parsePrefix(input, length), length, result)) {
                throw new AssertionError(HexFormat.of().formatHex(input) + ": " + length + " bytes: "
                        + parsePrefix(input, length) + ", all: " + result);
            }
            results.merge(result.getClass(), 1, Integer::sum);
        }

        assertThat(results).hasSize(3).allSatisfy((type, count) -> assertThat(count).isGreaterThan(INPUTS / 50));
    }

    /** Returns whether the result for a prefix is possible if all bytes have the other result. */
    private static boolean agrees(ParseResult<ParsedProxyHeader> prefix, int length,
            ParseResult<ParsedProxyHeader> all) {
        if (all instanceof ParseResult.Complete<ParsedProxyHeader> complete && length >= complete.length()) {
            return prefix.equals(all);
        }
        return prefix instanceof ParseResult.Incomplete
                || (all instanceof ParseResult.Invalid && prefix.equals(all));
    }

    /** Returns a valid header with some bytes changed, removed, repeated or appended. */
    private byte[] mutation() {
        byte[] bytes = oneOf(HEADERS).clone();
        for (int i = random.nextInt(MAX_MUTATIONS + 1); i > 0; i--) {
            int index = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[index] = (byte) random.nextInt();
                case 1 -> bytes[index] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                case 2 -> bytes[index]++;
                case 3 -> bytes = concat(Arrays.copyOf(bytes, index + 1), tail(bytes, random.nextInt(bytes.length)));
                default -> bytes = concat(bytes, randomBytes());
            }
        }
        return bytes;
    }

    /** Returns tokens of both versions in random order after a start of a header. */
    private byte[] tokens() {
        byte[] bytes = oneOf(STARTS);
        for (int i = random.nextInt(MAX_TOKENS); i > 0; i--) {
            bytes = concat(bytes, oneOf(TOKENS));
        }
        return bytes;
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[random.nextInt(MAX_RANDOM_BYTES)];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] oneOf(List<byte[]> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static byte[] tail(byte[] bytes, int index) {
        return Arrays.copyOfRange(bytes, index, bytes.length);
    }
}
