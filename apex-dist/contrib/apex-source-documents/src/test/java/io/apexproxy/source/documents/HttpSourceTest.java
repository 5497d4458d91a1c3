package io.apexproxy.source.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.FoundBackend;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.MapSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60) // seconds, for a test that hangs
class HttpSourceTest {

    private static final String ONE = "[\"10.0.0.1:80\"]";

    @TempDir
    private Path directory;
    private FakeContext context;
    private final DocumentServer server = new DocumentServer();
    private BackendSource source;

    @BeforeEach
    void create() {
        context = FakeContext.in(directory);
        source = create(Map.of());
    }

    private BackendSource create(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of("url", server.url()));
        settings.putAll(more);
        return new HttpSourceProvider().create(MapSettings.of(settings), context);
    }

    @AfterEach
    void close() {
        source.close();
        server.close();
        context.close();
    }

    private void assertFails(String message) {
        assertThatThrownBy(source::find).isInstanceOf(IOException.class).hasMessageContaining(message);
    }

    @Test
    void unchangedDocumentIsNotSentAgain() throws Exception {
        server.answer(ONE, "ETag: \"v1\"");
        var first = source.find();
        server.answer("304 Not Modified", new byte[0], "ETag: \"v1\"", "Cache-Control: private, max-age=7");

        assertThat(source.find()).isEqualTo(new BackendSource.Answer(first.backends(),
                Optional.of(Duration.ofSeconds(7))));
        assertThat(server.lastRequest()).contains("if-none-match: \"v1\"", "accept: application/json");
    }

    @Test
    void brokenDocumentIsRequestedAgainAndReportedAgain() throws Exception {
        server.answer(ONE, "ETag: \"v1\"");
        source.find();

        server.answer("[", "ETag: \"v2\"");
        assertFails("not valid JSON");
        assertFails("not valid JSON");

        assertThat(server.lastRequest()).contains("if-none-match: \"v1\"");
        server.answer("[\"10.0.0.2:80\"]", "ETag: \"v3\"");
        assertThat(source.find().backends()).containsExactly(FoundBackend.of("10.0.0.2:80"));
    }

    @Test
    void zippedDocumentIsRead() throws Exception {
        server.answer("200 OK", zipped(ONE), "Content-Encoding: gzip");

        assertThat(source.find().backends()).containsExactly(FoundBackend.of("10.0.0.1:80"));
        assertThat(server.lastRequest()).contains("accept-encoding: gzip");
    }

    private static byte[] zipped(String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void sizeIsLimitedAlsoOfAZippedDocument() throws Exception {
        source.close();
        source = create(Map.of("max_bytes", 1024L));
        server.answer("200 OK", zipped(" ".repeat(1_000_000) + ONE), "Content-Encoding: gzip");
        assertFails("the document has more than 1024 bytes; raise max_bytes if this is expected");

        server.answer(" ".repeat(1_000_000) + ONE);
        assertFails("the document has more than 1024 bytes");
    }

    @Test
    void tokenIsReadAgainForEachRequest() throws Exception {
        Path token = directory.resolve("token");
        source.close();
        source = create(Map.of("token_file", "token"));
        server.answer(ONE);
        assertFails("token");

        Files.writeString(token, "first\n");
        source.find();
        assertThat(server.lastRequest()).contains("authorization: bearer first");
        Files.writeString(token, "second");
        source.find();
        assertThat(server.lastRequest()).contains("authorization: bearer second");
        Files.writeString(token, "two\nlines");
        assertFails("token_file: expected one line of visible ASCII characters in " + token);
    }

    @ParameterizedTest
    @CsvSource({"502 Bad Gateway, 'expected status 200, found 502'", "204 No Content, 'expected status 200, found 204'",
        "304 Not Modified, 'expected status 200, found 304'"})
    void otherStatusIsAFailure(String status, String message) {
        server.answer(status, new byte[0]);

        assertFails(message);
    }

    @Test
    void redirectIsNotFollowed() {
        try (var other = new DocumentServer()) {
            server.answer("302 Found", new byte[0], "Location: " + other.url());

            assertFails("expected status 200, found 302 to " + other.url() + "; redirects are not followed");
            assertThat(other.accepted()).isZero();
        }
    }

    @Test
    void halfADocumentIsAFailure() {
        server.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[\"10.0".getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(source::find).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({"''", "'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[\"10.0'"})
    void serverThatStallsIsAFailureAfterTheTimeout(String start) {
        source.close();
        source = create(Map.of("timeout", Duration.ofMillis(200)));
        server.raw(start.getBytes(StandardCharsets.US_ASCII)).keepOpen();

        assertFails("no complete answer of " + server.address() + " within 200 ms");
    }

    @Test
    void refusedConnectionIsAFailure() {
        server.refuse();

        assertFails("cannot connect to " + server.address());
    }

    @Test
    void answerWithoutHeadersIsOfUnknownValidity() throws Exception {
        server.answer(ONE);

        assertThat(source.find()).isEqualTo(BackendSource.Answer.of(List.of(FoundBackend.of("10.0.0.1:80"))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "url       | ftp://x/          | expected http://HOST/PATH",
        "url       | http://u:p@x/     | without a password",
        "url       | http://a b/       | found a mistake at character 8",
        "timeout   | PT10S             | expected at most \"9s\"",
        "max_bytes | 67108865          | expected at most \"64MiB\"",
        "ca_file   | missing.pem       | cannot be read",
        "ca_file   | empty.pem         | found none in",
    })
    void invalidSettingIsReported(String key, String value, String message) throws IOException {
        Files.createFile(directory.resolve("empty.pem"));

        Object parsed = switch (key) {
            case "timeout" -> Duration.parse(value);
            case "max_bytes" -> Long.valueOf(value);
            default -> value;
        };

        assertThatThrownBy(() -> create(Map.of(key, parsed))).isInstanceOf(ConfigException.class)
                .hasMessageContaining(key).hasMessageContaining(message)
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("u:p"));
    }
}
