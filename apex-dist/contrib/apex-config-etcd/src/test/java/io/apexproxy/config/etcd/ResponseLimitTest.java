package io.apexproxy.config.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.MapSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checks that a huge response costs no more memory than {@code max_bytes} allows. */
@Timeout(120)
class ResponseLimitTest {

    private static final long MAX_BYTES = 1 << 20;
    private static final long HUGE = 400L << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void tooLongResponseIsCutOffAndReported() throws IOException {
        try (var server = EndlessServer.started("{\"kvs\":[{\"key\":\"", HUGE);
                FakeContext context = FakeContext.in(directory);
                ConfigSource source = new EtcdProvider().create(MapSettings.of(
                        Map.of("endpoints", List.of(server.endpoint()), "max_bytes", MAX_BYTES)), context)) {

            assertThatThrownBy(source::load).isInstanceOf(ConfigException.class).hasMessageContaining(
                    server.endpoint() + ": the response has more than 1048576 bytes: raise max_bytes if this is"
                            + " expected");

            assertThat(server.sent()).isLessThan(HUGE / 4);
        }
    }

    @Test
    void tooLongWatchMessageEndsTheWatch() throws Exception {
        try (var server = EndlessServer.started("{\"result\":{\"created\":true}}\n", HUGE);
                Http http = new Http(HttpClient.newHttpClient(), MAX_BYTES);
                WatchStream watch = WatchStream.open(http, "etcd", request(server))) {

            watch.awaitStart(TIMEOUT);

            assertThatThrownBy(() -> watch.next(TIMEOUT)).isInstanceOf(UnavailableException.class)
                    .hasMessage("etcd: the response has more than 1048576 bytes: raise max_bytes if this is expected");

            assertThat(server.sent()).isLessThan(HUGE / 4);
        }
    }

    @Test
    void watchReturnsLinesSeparatelyIncludingAnUnterminatedLastLine() throws Exception {
        String event = "{\"result\":{\"events\":[{\"kv\":{\"key\":\"YQ==\",\"value\":\"\",\"mod_revision\":\"%d\"}}]}}";
        String lines = "{\"result\":{\"created\":true}}\n" + event.formatted(1) + "\n" + event.formatted(2) + "\n"
                + "{\"result\":{\"canceled\":true,\"cancel_reason\":\"done\"}}";
        try (var server = EndlessServer.started(lines, 0);
                Http http = new Http(HttpClient.newHttpClient(), MAX_BYTES);
                WatchStream watch = WatchStream.open(http, "etcd", request(server))) {
            watch.awaitStart(TIMEOUT);

            assertThat(watch.next(TIMEOUT)).extracting(Snapshot.Event::revision).containsExactly(1L);
            assertThat(watch.next(TIMEOUT)).extracting(Snapshot.Event::revision).containsExactly(2L);
            assertThatThrownBy(() -> watch.next(TIMEOUT)).isInstanceOf(UnavailableException.class)
                    .hasMessage("etcd: cancelled the watch: done");
        }
    }

    @Test
    void refusedWatchIsReportedWithTheErrorOfEtcd() throws Exception {
        try (var server = EndlessServer.started("{\"error\":{\"message\":\"no leader\"},\"more\":\"secret\"}\n", 0);
                Http http = new Http(HttpClient.newHttpClient(), MAX_BYTES);
                WatchStream watch = WatchStream.open(http, "etcd", request(server))) {

            assertThatThrownBy(() -> watch.awaitStart(TIMEOUT)).isInstanceOf(UnavailableException.class)
                    .hasMessage("etcd: refused the watch: {message=no leader}");
            assertThatThrownBy(() -> watch.next(TIMEOUT)).isInstanceOf(UnavailableException.class)
                    .hasMessage("etcd: ended the watch");
        }
    }

    @Test
    void tooLongDocumentIsReportedWithItsKey() {
        String value = Base64.getEncoder().encodeToString(new byte[(int) Documents.MAX_BYTES + 1]);
        ReadResult result = new Documents("/apex/").read(
                new Snapshot(1, new TreeMap<>(Map.of("/apex/pools/web", value))));

        assertThatThrownBy(result::orThrow).isInstanceOfSatisfying(ConfigException.class,
                problem -> assertThat(problem.problems()).singleElement().satisfies(found -> {
                    assertThat(found.origin()).isEqualTo(Origin.of("etcd:/apex/pools/web"));
                    assertThat(found.message())
                            .startsWith("expected at most " + Documents.MAX_BYTES + " bytes, found ");
                }));
    }

    private static HttpRequest request(EndlessServer server) {
        return HttpRequest.newBuilder(URI.create(server.endpoint())).build();
    }
}
