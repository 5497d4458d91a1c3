package io.apexproxy.source.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.FoundBackend;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.MapSettings;
import io.apexproxy.source.docker.StubDocker.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60) // seconds, for a test that hangs
class DockerSourceTest {

    private static final String ONE = StubDocker.container("web-1", "127.0.0.1:9001", "apex.weight=3");
    private static final String TWO = StubDocker.container("web-2", "127.0.0.1:9002");
    private static final FoundBackend FIRST = FoundBackend.of("127.0.0.1:9001").withName("web-1").withWeight(3);
    private static final FoundBackend SECOND = FoundBackend.of("127.0.0.1:9002").withName("web-2");

    @TempDir
    private Path directory;
    private FakeContext context;
    private StubDocker docker;
    private BackendSource source;

    @BeforeEach
    void create() {
        context = FakeContext.in(directory);
        docker = StubDocker.onSocket(directory.resolve("docker.sock"));
        source = create(Map.of());
    }

    private BackendSource create(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(
                Map.of("endpoint", docker.endpoint(), "labels", List.of("apex.pool=web", "env")));
        settings.putAll(more);
        return new DockerProvider().create(MapSettings.of(settings), context);
    }

    @AfterEach
    void close() {
        source.close();
        docker.close();
        context.close();
    }

    private void assertFails(String message) {
        assertThatThrownBy(source::find).isInstanceOf(IOException.class).hasMessageContaining(message);
    }

    @Test
    void containersAreSelectedByLabelsAndState() throws Exception {
        docker.list(ONE, TWO);

        assertThat(source.find()).isEqualTo(BackendSource.Answer.of(List.of(FIRST, SECOND)));
        assertThat(docker.targets).hasSize(2).allSatisfy(target -> assertThat(target)
                .startsWith("/containers/json?filters={")
                .contains("\"label\":[\"apex.pool=web\",\"env\"]", "\"status\":[\"running\"]"));
        assertThat(docker.targets.get(1)).contains("\"health\":[\"starting\",\"unhealthy\"]");
    }

    @Test
    void containersThatAreNotHealthyAreLeftOutWithTheirMistakes() throws Exception {
        String starting = StubDocker.container("web-3", "127.0.0.1:9003", "apex.weight=x");
        docker.list(ONE, TWO, starting);
        docker.notHealthy(TWO, starting);

        assertThat(source.find().backends()).containsExactly(FIRST);
    }

    @Test
    void mistakeOfAContainerIsAFailureOfTheAnswer() {
        docker.list(ONE, StubDocker.container("web-2", "127.0.0.1:9002", "apex.weight=x"));

        assertFails("container web-2: label apex.weight: expected a whole number from 0 to 65535, found \"x\"");
    }

    @Test
    void endpointIsAlsoAHostAndAPort() throws Exception {
        try (StubDocker port = StubDocker.onPort()) {
            port.list(StubDocker.container("web-2", "0.0.0.0:9002"));
            source = create(Map.of("endpoint", port.endpoint() + "/"));

            assertThat(source.find().backends()).containsExactly(SECOND);
        }
    }

    @Test
    void hostOfPublishedPortsIsASetting() throws Exception {
        docker.list(StubDocker.container("web-2", ":9002"));
        source = create(Map.of("host", "docker.example"));

        assertThat(source.find().backends()).containsExactly(
                FoundBackend.of("docker.example:9002").withName("web-2"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}' | expected status 200, found 500",
        "'HTTP/1.1 301 Moved\r\nLocation: http://other/\r\n\r\n'        | expected status 200, found 301",
        "'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{\"Id\"'       | the response ended before it was complete",
        "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]' | the response ended before it was complete",
        "'HTTP/1.1 200 OK\r\n\r\n[{\"Id\"'                              | not valid JSON at line 1",
        "'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull'             | expected a JSON array of containers",
        "''                                                             | the response ended before it was complete",
        "'SSH-2.0-OpenSSH_9.2\r\n'                       | expected a response of HTTP/1.1, found other data",
    })
    void otherAnswerIsAFailureAlsoOfTheSecondList(String answer, String message) {
        docker.list(new Reply(answer, false));
        assertFails(message);

        docker.list(ONE);
        docker.notHealthy(new Reply(answer, false));
        assertFails(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n"})
    void stalledAnswerIsAFailureAfterTheTimeout(String start) {
        source = create(Map.of("timeout", Duration.ofMillis(200)));
        docker.list(new Reply(start, true));

        assertFails("no complete answer of " + docker.endpoint() + " within 200 ms");
    }

    @Test
    void timeoutIsThatOfBothLists() {
        source = create(Map.of("timeout", Duration.ofMillis(200)));
        docker.list(ONE);
        docker.notHealthy(new Reply("HTTP/1.1", true));

        assertFails("no complete answer of " + docker.endpoint() + " within 200 ms");
    }

    @Test
    void sizeOfAListIsLimited() {
        source = create(Map.of("max_bytes", 1024L));
        docker.list(new Reply("HTTP/1.1 200 OK\r\n\r\n" + " ".repeat(1_000_000), true));

        assertFails("the list of containers has more than 1024 bytes; raise max_bytes if this is expected");
    }

    @Test
    void missingSocketAndRefusedConnectionAreFailures() throws Exception {
        docker.stop();
        assertFails("cannot connect to " + docker.endpoint() + ": No such file or directory");

        try (StubDocker port = StubDocker.onPort()) {
            source = create(Map.of("endpoint", port.endpoint()));
            port.stop();
            assertFails("cannot connect to " + port.endpoint().substring("http://".length()) + ": Connection refused");
        }
        docker.restart();
        source = create(Map.of());
        docker.list(ONE);
        assertThat(source.find().backends()).containsExactly(FIRST);
    }

    @Test
    void hostWithoutAnAddressIsAFailure() {
        source = create(Map.of("endpoint", "http://docker.invalid:2375"));

        assertFails("cannot resolve docker.invalid");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "endpoint  | tcp://127.0.0.1:2375       | expected unix:///PATH or http://HOST:PORT",
        "endpoint  | https://127.0.0.1:2375     | expected unix:///PATH or http://HOST:PORT",
        "endpoint  | http://127.0.0.1           | expected unix:///PATH or http://HOST:PORT",
        "endpoint  | http://127.0.0.1:65536     | expected unix:///PATH or http://HOST:PORT",
        "endpoint  | http://u:p@127.0.0.1:2375  | expected unix:///PATH or http://HOST:PORT without a password",
        "endpoint  | http://127.0.0.1:2375/v1   | expected unix:///PATH or http://HOST:PORT",
        "endpoint  | http://127.0.0.1:2375?a    | expected unix:///PATH or http://HOST:PORT",
        "endpoint  | http://a b:2375            | expected unix:///PATH or http://HOST:PORT",
        "endpoint  | unix://                    | expected unix:///PATH or http://HOST:PORT",
        "labels    | ''                         | expected labels of the containers, such as [\"apex.pool=web\"]",
        "labels    | =web                       | expected labels of the containers",
        "timeout   | PT10S                      | expected at most \"9s\"",
        "max_bytes | 67108865                   | expected at most \"64MiB\"",
    })
    void invalidSettingIsReported(String key, String value, String message) {
        Object parsed = switch (key) {
            case "timeout" -> Duration.parse(value);
            case "max_bytes" -> Long.valueOf(value);
            case "labels" -> List.of(value);
            default -> value;
        };

        assertThatThrownBy(() -> create(Map.of(key, parsed))).isInstanceOf(ConfigException.class)
                .hasMessageContaining(key).hasMessageContaining(message)
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("u:p"));
    }

    @Test
    void labelsAreRequired() {
        assertThatThrownBy(() -> new DockerProvider().create(MapSettings.of(Map.of()), context))
                .isInstanceOf(ConfigException.class).hasMessageContaining("labels");
    }
}
