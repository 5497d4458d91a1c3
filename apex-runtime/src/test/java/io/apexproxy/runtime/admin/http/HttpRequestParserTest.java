package io.apexproxy.runtime.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.apexproxy.runtime.admin.http.HttpRequest.Header;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestParserTest {

    static Stream<Arguments> accepted() {
        return Stream.of(
                arguments("GET /status HTTP/1.1\r\n\r\n", new HttpRequest("GET", "/status", "", "1.1", List.of())),
                arguments("GET / HTTP/1.0\r\n\r\n", new HttpRequest("GET", "/", "", "1.0", List.of())),
                arguments("HEAD /a?b=/c HTTP/1.1\r\n\r\n", new HttpRequest("HEAD", "/a", "b=/c", "1.1", List.of())),
                arguments("get //x/%2e HTTP/1.1\r\n\r\n", new HttpRequest("get", "//x/%2e", "", "1.1", List.of())),
                arguments("GET / HTTP/1.9\r\n\r\n", new HttpRequest("GET", "/", "", "1.1", List.of())),
                arguments("GET / HTTP/1.1\r\nHost:a\r\nX-y: \t b\tc \r\nHOST: d:1\r\n\r\n",
                        new HttpRequest("GET", "/", "", "1.1",
                                List.of(new Header("host", "a"), new Header("x-y", "b\tc"),
                                        new Header("host", "d:1")))),
                arguments("GET / HTTP/1.1\r\nA:\r\nB: \u00e9\r\n\r\n", new HttpRequest("GET", "/", "", "1.1",
                        List.of(new Header("a", ""), new Header("b", "\u00e9")))),
                arguments("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", new HttpRequest("POST", "/", "", "1.1",
                        List.of(new Header("content-length", "5")))));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void validRequestIsParsed(String text, HttpRequest expected) throws BadRequestException {
        assertThat(parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1 \r\n\r\n",
        " GET / HTTP/1.1\r\n\r\n", "GET / HTTP/11\r\n\r\n", "GET / http/1.1\r\n\r\n", "GET / HTTP/1.1\rX\r\n\r\n",
        "GET\t/ HTTP/1.1\r\n\r\n", "G\u0000T / HTTP/1.1\r\n\r\n", "G(T / HTTP/1.1\r\n\r\n",
        "GET /\u0001 HTTP/1.1\r\n\r\n", "GET /\u00e9 HTTP/1.1\r\n\r\n", "GET status HTTP/1.1\r\n\r\n",
        "GET http://localhost/status HTTP/1.1\r\n\r\n", "OPTIONS * HTTP/1.1\r\n\r\n",
        "CONNECT localhost:80 HTTP/1.1\r\n\r\n",
        // an empty line first
        "\r\nGET / HTTP/1.1\r\n\r\n",
        // header lines
        "GET / HTTP/1.1\r\nHost\r\n\r\n", "GET / HTTP/1.1\r\n: a\r\n\r\n", "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: a\r\n\r\n", "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\u0000c\r\n\r\n", "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\u007fc\r\n\r\n", "GET / HTTP/1.1\r\nA\u00e9: b\r\n\r\n",
        // line ends that only some parsers accept
        "GET / HTTP/1.1\n\n", "GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nA: b\n\r\n", "\n",
        "GET / HTTP/1.1\r\nA: b\n\nGET /x HTTP/1.1\r\n\r\n",
        // bodies whose length parsers can interpret differently
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 0x5\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length:\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 9999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"})
    void malformedRequestIsRejected(String text) {
        assertRejected(text, 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "identity", "xchunked", "gzip, chunked", ""})
    void transferEncodingIsRejected(String coding) {
        assertRejected("POST / HTTP/1.1\r\nTransfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n", 501);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/0.9\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n"})
    void otherVersionIsRejected(String text) {
        assertRejected(text, 505);
    }

    @Test
    void numberOfHeadersIsLimited() throws BadRequestException {
        String start = "GET / HTTP/1.1\r\n";
        assertThat(parse(start + "A: b\r\n".repeat(HttpRequestParser.MAX_HEADERS) + "\r\n").headers())
                .hasSize(HttpRequestParser.MAX_HEADERS);
        assertRejected(start + "A: b\r\n".repeat(HttpRequestParser.MAX_HEADERS + 1) + "\r\n", 431);
    }

    @Test
    void headEndIsFoundByteByByteAndBeforeOtherBytes() throws BadRequestException {
        byte[] bytes = bytes("GET / HTTP/1.1\r\nA: b\r\n\r\nmore\n");
        int end = bytes.length - "more\n".length();
        for (int length = 1; length < end; length++) {
            assertThat(HttpRequestParser.headEnd(bytes, length - 1, length)).isEqualTo(-1);
        }
        assertThat(HttpRequestParser.headEnd(bytes, end - 1, end)).isEqualTo(end);
        assertThat(HttpRequestParser.headEnd(bytes, 0, bytes.length)).isEqualTo(end);
    }

    /** Fixed seeds: an accepted request has a path and no control characters. */
    @Test
    void mutatedRequestIsRejectedOrClean() {
        byte[] original = bytes("GET /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
        long readable = IntStream.range(0, 20_000).filter(seed -> {
            Random random = new Random(seed);
            byte[] bytes = original.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            return isReadable(bytes);
        }).count();

        assertThat(readable).isPositive().isLessThan(20_000);
    }

    private static boolean isReadable(byte[] bytes) {
        try {
            int end = HttpRequestParser.headEnd(bytes, 0, bytes.length);
            if (end < 0) {
                return false;
            }
            HttpRequest request = HttpRequestParser.parse(bytes, end);
            assertThat(request.path()).startsWith("/").matches("[!-~]+");
            assertThat(request.headers()).allSatisfy(header -> assertThat(header.value()).doesNotContain("\r", "\n"));
            return true;
        } catch (BadRequestException e) {
            return false;
        }
    }

    private static void assertRejected(String text, int status) {
        assertThatThrownBy(() -> parse(text)).isInstanceOfSatisfying(BadRequestException.class,
                rejected -> assertThat(rejected.response().status()).isEqualTo(status));
    }

    private static HttpRequest parse(String text) throws BadRequestException {
        byte[] bytes = bytes(text);
        int end = HttpRequestParser.headEnd(bytes, 0, bytes.length);
        assertThat(end).isPositive();
        return HttpRequestParser.parse(bytes, end);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
