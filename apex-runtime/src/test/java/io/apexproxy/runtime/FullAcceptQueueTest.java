package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.testkit.BlackHole;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests of backends that do not answer a connect because their accept queue is full. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "other systems refuse connections for a full accept queue")
class FullAcceptQueueTest {

    private static final String UNCHECKED = "connect_timeout = \"4s\"";

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer alive = apex.server("alive");
    @AutoClose
    private final BlackHole full = new BlackHole();

    FullAcceptQueueTest() throws IOException {
    }

    private static String unchecked(Object... backends) {
        return WEB + pool(UNCHECKED, backends).replaceAll("health_check = .*", "health_check = \"none\"");
    }

    private Snapshot.BackendView full() {
        return apex.backends().get(0);
    }

    @Test
    void otherBackendsArePreferredWhileAConnectIsNotAnswered() throws IOException {
        try (LogCapture log = LogCapture.of("apex.relay")) {
            apex.start(unchecked(full.address(), alive));
            try (Socket first = connect(); Socket second = connect()) { // one for each backend
                await().until(() -> full().rotation().slowConnects() == 1);

                assertThat(apex.ask(20)).containsOnly("alive");

                assertThat(full().connections()).as("%s, %s", first, second).isEqualTo(1);
                assertThat(log.messages()).containsExactly("pools.web: " + full.address()
                        + " has not answered a connect"
                        + " for 1 s; its accept queue can be full, so new connections prefer other backends for 1 s");
            }
        }
    }

    @Test
    void lastBackendIsUsedAllTheSame() throws IOException {
        apex.start(unchecked(full.address()));
        try (Socket first = connect()) {
            await().until(() -> full().rotation().slowConnects() == 1);
            try (Socket second = connect()) {
                await().until(() -> full().connections() == 2);
                assertThat(first.isConnected() && second.isConnected()).isTrue();
            }
        }
        await().until(() -> full().connections() == 0);
    }

    private Socket connect() throws IOException {
        return new Socket(apex.address("web").getAddress(), apex.address("web").getPort());
    }
}
