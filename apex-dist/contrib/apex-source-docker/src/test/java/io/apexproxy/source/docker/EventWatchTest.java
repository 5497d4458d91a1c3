package io.apexproxy.source.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.MapSettings;
import io.apexproxy.source.docker.StubDocker.Reply;
import io.apexproxy.test.LogCapture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60) // seconds, for a test that hangs
class EventWatchTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;
    private final AtomicInteger reports = new AtomicInteger();
    private FakeContext context;
    private StubDocker docker;
    private BackendSource source;

    @BeforeEach
    void create() {
        context = FakeContext.in(directory);
        docker = StubDocker.onSocket(directory.resolve("docker.sock"));
        source = new DockerProvider().create(
                MapSettings.of(Map.of("endpoint", docker.endpoint(), "labels", List.of("apex.pool=web"))), context);
    }

    @AfterEach
    void close() {
        source.close();
        docker.close();
        context.close();
    }

    private void watch() throws Exception {
        source.watch(reports::incrementAndGet);
    }

    private void awaitReports(int atLeast) {
        await().atMost(PATIENCE).until(() -> reports.get() >= atLeast);
    }

    private void awaitStream() {
        await().atMost(PATIENCE).until(() -> docker.streams() == 1);
    }

    @Test
    void streamIsOfTheSelectedContainersAndBeginsWithAReport() throws Exception {
        watch();

        awaitStream();
        awaitReports(1);
        assertThat(docker.targets.get(0)).matches("/events\\?since=\\d{10,}&filters=\\{.*}").contains(
                "\"label\":[\"apex.pool=web\"]", "\"type\":[\"container\"]", "\"event\":[\"start\",\"die\",");
    }

    @Test
    void eachEventIsReportedAndABurstIsCombined() throws Exception {
        watch();
        awaitStream();
        awaitReports(1);

        docker.emit("{\"Action\": \"start\"}\n");
        awaitReports(2);

        int before = reports.get();
        for (int count = 0; count < 500; count++) {
            docker.emit("{\"Action\": \"die\"}\n");
        }
        awaitReports(before + 1);
        assertThat(reports.get()).isLessThan(before + 250);
    }

    @Test
    void lineWithoutAnEndIsNotKept() throws Exception {
        watch();
        awaitStream();
        awaitReports(1);

        docker.emit("x".repeat(1 << 20)); // returns when all of it is in buffers of the kernel and of the source

        awaitReports(2);
        assertThat(docker.streams()).isOne();
    }

    @Test
    void streamThatIsCutIsRequestedAgainWithAReport() throws Exception {
        watch();
        awaitStream();
        awaitReports(1);

        for (int cut = 0; cut < 3; cut++) {
            int before = reports.get();
            docker.cut();
            awaitReports(before + 1);
            awaitStream();
        }
    }

    @Test
    void daemonThatRestartsIsWatchedAgain() throws Exception {
        watch();
        awaitStream();
        docker.stop();
        int before = reports.get();

        docker.restart();

        awaitReports(before + 1);
        awaitStream();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"})
    void otherAnswerIsRequestedAgainUntilThereAreEvents(String answer) throws Exception {
        docker.events(new Reply(answer, false));
        watch();
        awaitReports(3);

        docker.events(new Reply("HTTP/1.1 200 OK\r\n\r\n", true));
        awaitStream();
    }

    @Test
    void refusedEventsAreLoggedOnce() throws Exception {
        docker.events(Reply.of("403 Forbidden", "Forbidden"));

        try (LogCapture log = LogCapture.of("io.apexproxy.source.docker")) {
            watch();
            awaitReports(3);

            assertThat(log.lines()).containsExactly("WARN docker: " + docker.endpoint() + " refuses the stream of"
                    + " events with status 403; changes are noticed by look-ups only");
        }
    }

    @Test
    void closeEndsTheStream() throws Exception {
        watch();
        awaitStream();

        source.close();

        await().atMost(PATIENCE).until(() -> docker.streams() == 0);
    }

    @Test
    void closeEndsThePauseBetweenStreams() throws Exception {
        docker.stop();
        watch();

        source.close();

        docker.restart();
        source.find();
        assertThat(docker.targets).noneMatch(target -> target.startsWith("/events"));
    }
}
