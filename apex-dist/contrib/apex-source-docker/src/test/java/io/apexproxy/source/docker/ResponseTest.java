package io.apexproxy.source.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseTest {

    private static final String OK = "HTTP/1.1 200 OK\n";

    /** A line feed of the text stands for CR LF. */
    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String body(InputStream stream) throws IOException {
        return new String(Response.read(stream).body().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'Content-Length: 5\n\nabcde'                                                           | abcde",
        "'content-length:5 \n\nabcdefgh'                                                         | abcde",
        "'Content-Length: 5\nContent-Length: 5\n\nabcde'                                         | abcde",
        "'Content-Length: 0\n\n'                                                                 | ''",
        "'Server: Docker/27\nContent-Length: 1\n\na'                                             | a",
        "'\nabcde'                                                                               | abcde",
        "'Transfer-Encoding: chunked\n\n3\nabc\n2\nde\n0\n\n'                                    | abcde",
        "'transfer-encoding: Chunked\n\n0A ;name=value\nabcdefghij\n0\n'                         | abcdefghij",
        "'Transfer-Encoding: chunked\nContent-Length: 1\n\n3\nabc\n0\nTrailer: ignored\n\n'      | abc",
        "'Transfer-Encoding: chunked\n\n0\n\n'                                                   | ''",
    })
    void bodyEndsWhereItsFramingSays(String rest, String body) throws IOException {
        assertThat(body(bytes(OK + rest))).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''                                                  | the response ended before it was complete",
        "'HTTP/1.1 20'                                       | the response ended before it was complete",
        "'HTTP/1.1 200 OK\nContent-Le'                       | the response ended before it was complete",
        "'HTTP/1.1 200 OK\nServer: x\n'                      | the response ended before it was complete",
        "'HTTP/1.1 200 OK\nContent-Length: 5\n\nabcd'        | the response ended before it was complete",
        "'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n'              | the response ended before it was complete",
        "'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nab'         | the response ended before it was complete",
        "'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc'        | the response ended before it was complete",
        "'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n'      | the response ended before it was complete",
        "'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nxyz\nabc\n'    | expected the size of a chunk",
        "'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n-1\nabc\n'     | expected the size of a chunk",
        "'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n\nabc\n'       | expected the size of a chunk",
        "'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabcd\n0\n'  | expected the size of a chunk",
        "'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n10000000000000000\na' | expected the size of a chunk",
        "'HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked\n\n'        | unknown Transfer-Encoding",
        "'HTTP/1.1 200 OK\nContent-Length: -5\n\nabcde'                 | invalid Content-Length",
        "'HTTP/1.1 200 OK\nContent-Length: five\n\nabcde'               | invalid Content-Length",
        "'HTTP/1.1 200 OK\nContent-Length: 9999999999999999999\n\n'     | invalid Content-Length",
        "'HTTP/1.1 200 OK\nContent-Length: 5\nContent-Length: 6\n\n'    | invalid Content-Length",
        "'HTTP/1.1 200 OK\nno header\n\n'                    | expected a header of HTTP/1.1, found other data",
        "'HTTP/1.1 200 OK\nContent-Length : 5\n\nabcde'      | expected a header of HTTP/1.1, found other data",
        "'SSH-2.0-OpenSSH_9.2\n'                             | expected a response of HTTP/1.1, found other data",
        "'HTTP/2 200\n\n'                                    | expected a response of HTTP/1.1, found other data",
        "'HTTP/1.1 OK\n\n'                                   | expected a response of HTTP/1.1, found other data",
    })
    void incompleteOrInvalidResponseIsAFailure(String text, String message) {
        assertThatThrownBy(() -> body(bytes(text))).isInstanceOf(IOException.class).hasMessageContaining(message);
    }

    @Test
    void lineFeedAloneEndsALine() throws IOException {
        assertThat(body(new ByteArrayInputStream("HTTP/1.0 200 OK\nContent-Length: 1\n\na"
                .getBytes(StandardCharsets.ISO_8859_1)))).isEqualTo("a");
    }

    @Test
    void otherStatusIsAFailure() throws IOException {
        Response response = Response.read(bytes("HTTP/1.1 403\n\n"));

        assertThat(response.isOk()).isFalse();
        assertThatThrownBy(response::requireOk).hasMessage("expected status 200, found 403");
    }

    @ParameterizedTest
    @CsvSource({"'HTTP/1.1 200 OK\n'", "'HTTP/1.1 200 OK\nServer: '", "''"})
    void headIsLimitedWithAndWithoutLines(String start) {
        String endless = start + (start.endsWith(" ") || start.isEmpty() ? "x".repeat(100_000) : "A: b\n"
                .repeat(100_000));

        assertThatThrownBy(() -> body(bytes(endless))).isInstanceOf(IOException.class)
                .hasMessageContaining("found more than 32768 bytes");
    }

    @Test
    void lineOfAChunkIsLimited() {
        String text = OK + "Transfer-Encoding: chunked\n\n1;" + "x".repeat(2_000);

        assertThatThrownBy(() -> body(bytes(text))).hasMessageContaining("found more than 1024 bytes");
    }

    @Test
    void bodyIsReadInPartsOfAnySize() throws IOException {
        InputStream body = Response.read(bytes(OK + "Transfer-Encoding: chunked\n\n3\nabc\n2\nde\n0\n\n")).body();

        assertThat(body.read()).isEqualTo('a');
        assertThat(body.readNBytes(3)).containsExactly('b', 'c', 'd');
        assertThat(body.read(new byte[0])).isZero();
        assertThat(body.readAllBytes()).containsExactly('e');
        assertThat(body.read()).isEqualTo(-1);
    }

    @Test
    void randomBytesAreAFailureAndNothingElse() {
        Random random = new Random(1);
        String alphabet = "HTP/1. 200OK\r\n:;0123abcdefContent-LengthTransfer-Encoding chunked";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? OK : "");
            random.ints(random.nextInt(80), 0, alphabet.length()).forEach(at -> text.append(alphabet.charAt(at)));
            try {
                assertThat(body(bytes(text.toString()))).isNotNull();
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("expected .*|the response .*");
            }
        }
    }
}
