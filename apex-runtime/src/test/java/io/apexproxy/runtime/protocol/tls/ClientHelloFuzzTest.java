package io.apexproxy.runtime.protocol.tls;

import static io.apexproxy.runtime.protocol.tls.HelloParsing.INCOMPLETE;

import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.ParseResult.Complete;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Random changes of hellos. The parser must not throw, and the division into segments and records has no influence. */
class ClientHelloFuzzTest {

    private static final int STREAMS = 700_000;
    private static final int MESSAGES = 300_000;
    private static final int RECORD_HEADER_BYTES = 5;
    /** Values at which lengths and types change their meaning. */
    private static final byte[] SPECIAL = {0, 1, 2, 3, 4, 16, 0x16, '.', 'A', 0x7f, (byte) 0x80, (byte) 0xff};

    private final Random random = new Random(18);

    @Test
    void divisionIntoSegmentsHasNoInfluence() {
        List<byte[]> valid = List.of(hello().record(), HelloBuilder.records(hello().message(), 2, 90, 1),
                HelloBuilder.recordsOf(new HelloBuilder().serverName("a.b").message(), 1),
                HelloBuilder.record(new HelloBuilder().message(new byte[0])), new byte[40],
                HexFormat.of().parseHex("802e0103010015000000100100800300800700c00600400200800400800000"));
        for (int count = 0; count < STREAMS; count++) {
            byte[] stream = changed(valid.get(random.nextInt(valid.size())), 0);
            ByteBuffer bytes = ByteBuffer.wrap(stream);
            ParseResult<Optional<ParsedClientHello>> whole = new ClientHelloParser().parse(bytes);
            requireValidNames(whole);

            ClientHelloParser parser = new ClientHelloParser();
            int end = 0;
            ParseResult<Optional<ParsedClientHello>> result = INCOMPLETE;
            while (end < stream.length && result.equals(INCOMPLETE)) {
                end = Math.min(stream.length, end + 1 + random.nextInt(100));
                result = parser.parse(bytes.slice(0, end));
            }
            requireEqual(whole, result, stream);
        }
    }

    @Test
    void divisionIntoRecordsHasNoInfluence() {
        byte[] valid = hello().message();
        for (int count = 0; count < MESSAGES; count++) {
            byte[] message = changed(valid, HelloMessage.HEADER_BYTES);
            message[2] = (byte) ((message.length - HelloMessage.HEADER_BYTES) >> 8);
            message[3] = (byte) (message.length - HelloMessage.HEADER_BYTES);
            ByteBuffer one = ByteBuffer.wrap(HelloBuilder.record(message));
            int cut = 1 + random.nextInt(message.length - 1);
            ByteBuffer two = ByteBuffer.allocate(message.length + 2 * RECORD_HEADER_BYTES)
                    .put(new byte[] {0x16, 3, 3, 0, (byte) cut}).put(message, 0, cut)
                    .put(new byte[] {0x16, 3, 0, 0, (byte) (message.length - cut)})
                    .put(message, cut, message.length - cut).flip();

            ParseResult<Optional<ParsedClientHello>> result = new ClientHelloParser().parse(one);
            requireEqual(result, new ClientHelloParser().parse(two), message);
            requireValidNames(result);
            if (result.equals(INCOMPLETE)) {
                Assertions.fail("incomplete: %s", HexFormat.of().formatHex(message));
            }
        }
    }

    private static HelloBuilder hello() {
        return new HelloBuilder().extension(0x0A0A).serverName("a.example").alpn("h2", "http/1.1")
                .extension(0xFE0D, new byte[3]);
    }

    /** Returns a copy with up to three changed bytes, or a different end. The first bytes are kept. */
    private byte[] changed(byte[] valid, int kept) {
        byte[] copy = valid.clone();
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int index = kept + random.nextInt(copy.length - kept);
            copy[index] = random.nextBoolean()
                    ? SPECIAL[random.nextInt(SPECIAL.length)]
                    : (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(copy, kept + 1 + random.nextInt(copy.length)) : copy;
    }

    /** Compares without the cost of an assertion object for each input. */
    private static void requireEqual(Object expected, Object actual, byte[] input) {
        if (!expected.equals(actual)) {
            Assertions.fail("%s, but %s: %s", expected, actual, HexFormat.of().formatHex(input));
        }
    }

    private static void requireValidNames(ParseResult<Optional<ParsedClientHello>> result) {
        if (result instanceof Complete<Optional<ParsedClientHello>> complete && complete.value().isPresent()) {
            ParsedClientHello hello = complete.value().orElseThrow();
            boolean valid = hello.serverName().map(ServerNames::isValid).orElse(true)
                    && !hello.applicationProtocols().contains("") && complete.length() == 0;
            if (!valid) {
                Assertions.fail("invalid: %s", hello);
            }
        }
    }
}
