package io.apexproxy.health.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.health.HealthResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseReaderTest {

    private static final Expectation ANY_BODY = new Expectation(200, 299, "");
    private static final Expectation OK_BODY = new Expectation(200, 299, "ok");
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: Chunked\r\n\r\n";
    private static final String INTERIM = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    private static final String HEALTHY = "";
    private static final String UNDECIDED = "undecided";

    static Stream<Arguments> statusDecides() {
        return Stream.of(
                Arguments.of(OK, HEALTHY),
                Arguments.of("HTTP/1.1 200 OK\n", HEALTHY),
                Arguments.of("HTTP/1.0 299\r\n", HEALTHY),
                Arguments.of("HTTP/1.1 200\n", HEALTHY),
                Arguments.of("HTTP/1.1 200 OK", UNDECIDED),
                Arguments.of("HTTP/1.1 300 Multiple Choices\r\n", "status 300 Multiple Choices, expected 200-299"),
                Arguments.of("HTTP/1.1 101 Switching Protocols\r\n",
                        "status 101 Switching Protocols, expected 200-299"),
                Arguments.of("HTTP/1.0 100 Continue\r\n", "status 100 Continue, expected 200-299"),
                Arguments.of("HTTP/1.1 503 " + "x".repeat(99) + "\n",
                        "status 503 " + "x".repeat(56) + "..., expected 200-299"),
                Arguments.of(INTERIM, UNDECIDED),
                Arguments.of(INTERIM + OK, HEALTHY),
                Arguments.of("HTTP/1.1 100 Continue\n\n" + INTERIM + OK, HEALTHY),
                Arguments.of(INTERIM + "SSH-2.0\r\n", "not an HTTP response: \"SSH-2.0\""),
                Arguments.of("SSH-2.0-\u001b[31m\r\n", "not an HTTP response: \"SSH-2.0-?[31m\""),
                Arguments.of("HTTP/1.1 20 OK\r\n", "not an HTTP response: \"HTTP/1.1 20 OK\""),
                Arguments.of("HTTP/1.1 2000 OK\r\n", "not an HTTP response: \"HTTP/1.1 2000 OK\""),
                Arguments.of("\r\n" + OK, "not an HTTP response: \"\""),
                Arguments.of("x".repeat(70_000), "not an HTTP response: \"" + "x".repeat(60) + "...\""),
                Arguments.of("HTTP/1.1 200 " + "x".repeat(70_000), "head is longer than 64 KiB"),
                Arguments.of(INTERIM.repeat(2000), "head is longer than 64 KiB"));
    }

    @ParameterizedTest
    @MethodSource
    void statusDecides(String response, String expected) {
        assertThat(inOnePiece(ANY_BODY, response)).isEqualTo(expected);
        assertThat(byteByByte(ANY_BODY, response)).isEqualTo(expected);
    }

    static Stream<Arguments> bodyDecides() {
        String length4 = OK + "Content-Length: 4\r\n\r\n";
        return Stream.of(
                Arguments.of(length4 + "-ok-", HEALTHY),
                Arguments.of(length4 + "-ok", HEALTHY),
                Arguments.of(length4 + "-o", UNDECIDED),
                Arguments.of(length4 + "down", "no \"ok\" in the body: \"down\""),
                Arguments.of(length4 + "downok", "no \"ok\" in the body: \"down\""),
                Arguments.of("HTTP/1.1 200 OK\ncontent-length:2\n\nok", HEALTHY),
                Arguments.of(OK + "Content-Length: four\r\n\r\ndownok", HEALTHY),
                Arguments.of(OK + "no header\r\n\r\nooook", HEALTHY),
                Arguments.of("HTTP/1.1 200 ok\r\nX: ok\r\nContent-Length: 0\r\n\r\n",
                        "no \"ok\" in the body: \"\""),
                Arguments.of("HTTP/1.1 204 No Content\r\n\r\n", "no \"ok\" in the body: \"\""),
                Arguments.of(INTERIM + length4 + "-ok-", HEALTHY),
                Arguments.of(CHUNKED + "2;name=value\r\n-o\r\n", UNDECIDED),
                Arguments.of(CHUNKED + "2;name=value\r\n-o\r\n0A\r\nk", HEALTHY),
                Arguments.of(CHUNKED + "2\n-o\n2 \nk-\n", HEALTHY),
                Arguments.of(CHUNKED + "4\r\ndown\r\n0\r\n", "no \"ok\" in the body: \"down\""),
                Arguments.of(CHUNKED + "1\r\no\r\n1\r\nk\r\n", HEALTHY),
                Arguments.of(OK + "Transfer-Encoding: gzip, chunked\r\nContent-Length: 1\r\n\r\n2\r\nok", HEALTHY),
                Arguments.of(CHUNKED + "x\r\nok", "no \"ok\" in the body: \"\""),
                Arguments.of(CHUNKED + "\r\nok", "no \"ok\" in the body: \"\""),
                Arguments.of(CHUNKED + "2\r\n--ok", "no \"ok\" in the body: \"--\""),
                Arguments.of(CHUNKED + "0000000000000002\r\nok", "no \"ok\" in the body: \"\""),
                Arguments.of(CHUNKED + "100000002\r\nok", HEALTHY),
                Arguments.of(OK + "X: " + "x".repeat(100_000) + "\r\n\r\nok", "head is longer than 64 KiB"),
                Arguments.of(OK + "\r\n" + "x".repeat(65_534) + "ok", HEALTHY),
                Arguments.of(OK + "\r\n" + "x".repeat(65_535) + "ok",
                        "no \"ok\" in the first 64 KiB of the body: \"" + "x".repeat(60) + "...\""));
    }

    @ParameterizedTest
    @MethodSource
    void bodyDecides(String response, String expected) {
        assertThat(inOnePiece(OK_BODY, response)).isEqualTo(expected);
        assertThat(byteByByte(OK_BODY, response)).isEqualTo(expected);
    }

    static Stream<Arguments> endOfConnectionDecides() {
        return Stream.of(
                Arguments.of("", "connection closed without a response"),
                Arguments.of(INTERIM, "connection closed without a response"),
                Arguments.of("220", "not an HTTP response: \"220\""),
                Arguments.of(OK + "Content", "connection closed within the header"),
                Arguments.of("HTTP/1.1 103 Early Hints\r\nLi", "connection closed within the header"),
                Arguments.of(OK + "\r\ndown", "no \"ok\" in the body: \"down\""),
                Arguments.of(CHUNKED + "5\r\ndown", "no \"ok\" in the body: \"down\""));
    }

    @ParameterizedTest
    @MethodSource
    void endOfConnectionDecides(String response, String expected) {
        ResponseReader reader = new ResponseReader(OK_BODY);

        assertThat(reader.read(bytes(response))).isEmpty();
        assertThat(reader.end()).isEqualTo(HealthResult.unhealthy(expected));
    }

    @Test
    void nonAsciiTextIsFound() {
        ByteBuffer response = ByteBuffer.wrap((OK + "\r\nes läuft gut").getBytes(StandardCharsets.UTF_8));

        assertThat(new ResponseReader(new Expectation(200, 200, "läuft")).read(response))
                .contains(HealthResult.healthy());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "ab", "aab", "aabaa", "abcabd", "aaaa"})
    void searchFindsTheSameTextsAsContains(String text) {
        Random random = new Random(16);
        for (int i = 0; i < 2_000; i++) {
            String body = random.ints(random.nextInt(24), 'a', 'e').collect(StringBuilder::new,
                    StringBuilder::appendCodePoint, StringBuilder::append).toString();
            TextSearch search = new TextSearch(text);
            boolean found = false;
            for (byte next : body.getBytes(StandardCharsets.US_ASCII)) {
                found = search.add(next);
            }
            assertThat(found).as(body).isEqualTo(body.contains(text));
        }
    }

    @Test
    void resultDoesNotDependOnThePieces() {
        Random random = new Random(1616);
        for (int i = 0; i < 20_000; i++) {
            Expectation expectation = random.nextBoolean() ? OK_BODY : ANY_BODY;
            String response = damaged(response(random), random);
            assertThat(inPieces(expectation, response, random)).as(response)
                    .isEqualTo(inOnePiece(expectation, response));
        }
    }

    @Test
    void chunkedBodyIsReassembled() {
        Random random = new Random(161616);
        for (int i = 0; i < 5_000; i++) {
            String body = text(random, 40);
            String response = CHUNKED + chunks(body, random);
            assertThat(inPieces(OK_BODY, response, random)).as(response)
                    .isEqualTo(body.contains("ok") ? HEALTHY : "no \"ok\" in the body: \"" + body + "\"");
        }
    }

    private static String response(Random random) {
        String lineEnd = random.nextBoolean() ? "\r\n" : "\n";
        String body = text(random, 60);
        List<String> parts = List.of(
                "HTTP/1.1 103 Early Hints" + lineEnd + "Link: </a>" + lineEnd + lineEnd,
                "HTTP/1.1 200 OK" + lineEnd + "Content-Length: " + body.length() + lineEnd + lineEnd + body,
                "HTTP/1.1 200 OK" + lineEnd + "Transfer-Encoding: chunked" + lineEnd + lineEnd + chunks(body, random),
                "HTTP/1.0 404 Not Found" + lineEnd + lineEnd + body);
        StringBuilder response = new StringBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            response.append(parts.get(random.nextInt(parts.size())));
        }
        return response.toString();
    }

    private static String damaged(String response, Random random) {
        StringBuilder text = new StringBuilder(response);
        for (int i = random.nextInt(4); i > 0; i--) {
            int position = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(position, (char) random.nextInt(256));
                case 1 -> text.insert(position, "\r\n0;:K".charAt(random.nextInt(6)));
                default -> text.setLength(position + 1);
            }
        }
        return text.toString();
    }

    private static String chunks(String body, Random random) {
        StringBuilder chunks = new StringBuilder();
        int position = 0;
        while (position < body.length()) {
            int length = 1 + random.nextInt(body.length() - position);
            chunks.append(Integer.toHexString(length)).append(random.nextBoolean() ? "\r\n" : ";a=\"b\"\n")
                    .append(body, position, position + length).append(random.nextBoolean() ? "\r\n" : "\n");
            position += length;
        }
        return chunks.append("0\r\n\r\n").toString();
    }

    private static String text(Random random, int bound) {
        return random.ints(random.nextInt(bound), 'i', 'r').collect(StringBuilder::new,
                StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private static String inOnePiece(Expectation expectation, String response) {
        return word(new ResponseReader(expectation).read(bytes(response)));
    }

    private static String byteByByte(Expectation expectation, String response) {
        ResponseReader reader = new ResponseReader(expectation);
        return word(IntStream.range(0, response.length())
                .mapToObj(i -> reader.read(bytes(response.substring(i, i + 1))))
                .flatMap(Optional::stream).findFirst());
    }

    private static String inPieces(Expectation expectation, String response, Random random) {
        ResponseReader reader = new ResponseReader(expectation);
        Optional<HealthResult> result = Optional.empty();
        int position = 0;
        while (position < response.length() && result.isEmpty()) {
            int end = Math.min(response.length(), position + 1 + random.nextInt(20));
            result = reader.read(bytes(response.substring(position, end)));
            position = end;
        }
        return word(result);
    }

    private static String word(Optional<HealthResult> result) {
        return result.map(found -> found instanceof HealthResult.Unhealthy unhealthy ? unhealthy.reason() : HEALTHY)
                .orElse(UNDECIDED);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void alertOfTlsServerIsRecognized() {
        String alert = "\u0015\u0003\u0003\u0000\u0002\u0002\n";
        String reason = "expected a response without TLS, got a TLS alert";
        assertThat(inOnePiece(ANY_BODY, alert)).isEqualTo(reason);
        ResponseReader reader = new ResponseReader(ANY_BODY);
        reader.read(ByteBuffer.wrap(alert.substring(0, 6).getBytes(StandardCharsets.ISO_8859_1)));
        assertThat(reader.end()).isEqualTo(HealthResult.unhealthy(reason));
    }
}
