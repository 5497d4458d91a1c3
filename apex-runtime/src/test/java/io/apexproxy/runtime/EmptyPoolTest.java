package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.snapshot.Snapshot;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pools without backends. */
class EmptyPoolTest {

    private static final String WARNING =
            "WARN pools.web: no backends; connections are closed at once until the pool has a backend";

    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");

    @AfterEach
    void stop() {
        apex.close();
    }

    /** Returns a configuration with a load balancer that counts the calls of {@code over}. */
    private static String scripted(Object... backends) {
        return WEB + pool("load_balancer = \"scripted\"", backends);
    }

    private void awaitNoBackend(long count) {
        await().untilAsserted(() -> assertThat(apex.proxy().snapshot().endings()).containsEntry("no-backend", count));
    }

    @ParameterizedTest
    @ValueSource(strings = {"refuse", "try-all"})
    void listenerOpensAndClosesClientsAtOnce(String whenAllDown) {
        apex.start(WEB + pool("when_all_down = \"" + whenAllDown + "\""));

        assertThat(apex.ask(3)).containsOnly(Conversation.CLOSED);

        awaitNoBackend(3);
        assertThat(apex.proxy().snapshot().readiness()).isEqualTo(
                new Snapshot.Readiness(Snapshot.Phase.SERVING, ""));
        assertThat(apex.log.count(WARNING)).isOne();
    }

    @Test
    void shortFormAcceptsEmptyListOfBackends() {
        apex.start("listen_addr = \"127.0.0.1:0\"\nbackend_addrs = []");

        assertThat(ReloadFixture.ask(apex.address("default"))).isEqualTo(Conversation.CLOSED);
        assertThat(apex.log.count("WARN pools.default: no backends")).isOne();
    }

    @Test
    void manyEmptyPoolsAreOneLineWithTenNames() {
        apex.start(WEB + pool(a) + IntStream.rangeClosed(1, 30).mapToObj("[pools.p%d]%nbackends = []%n"::formatted)
                .collect(Collectors.joining()));

        assertThat(apex.log.lines()).filteredOn(line -> line.contains("no backends")).singleElement().asString()
                .startsWith("WARN pools.p1, pools.p2, pools.p3, ")
                .endsWith("pools.p10, and 20 more: no backends; connections are closed at once until the pool has a"
                        + " backend");
    }

    @Test
    void reloadAddsFirstBackendAndRemovesLastBackend() throws IOException {
        apex.start(scripted());
        assertThat(apex.ask()).isEqualTo(Conversation.CLOSED);
        assertThat(apex.balancer.asked()).isZero();

        apex.reload(scripted(a));
        await().untilAsserted(() -> assertThat(apex.ask()).isEqualTo("a"));

        try (Conversation open = apex.connect()) {
            assertThat(open.ask()).isEqualTo("a");
            apex.reload(scripted());

            assertThat(apex.ask(3)).containsOnly(Conversation.CLOSED);
            assertThat(open.ask()).isEqualTo("a"); // open connections of a removed backend are kept
        }
        apex.reload(scripted(a));
        await().untilAsserted(() -> assertThat(apex.ask()).isEqualTo("a"));
        await().untilAsserted(() -> assertThat(apex.balancer.asked()).isEqualTo(2)); // not for an empty pool
    }

    @Test
    void emptyPoolIsLoggedOnceUntilItHasBackendsAgain() {
        apex.start(scripted(a));
        assertThat(apex.log.count("no backends")).isZero();

        apex.reload(scripted());
        apex.reload("drain_timeout = \"1s\"\n" + scripted());
        apex.reload("drain_timeout = \"2s\"\n" + scripted());

        assertThat(apex.log.count("Configuration changed")).isEqualTo(3);
        assertThat(apex.log.count(WARNING)).isOne();
        apex.reload(scripted(a));
        apex.reload(scripted());
        assertThat(apex.log.count(WARNING)).isEqualTo(2);
    }
}
