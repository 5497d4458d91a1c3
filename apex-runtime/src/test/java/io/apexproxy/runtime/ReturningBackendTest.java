package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.health.HealthResult;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Backends that a reload removes and a later one adds again, while connections to them are open. */
class ReturningBackendTest {

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    private static Object limited(NamedServer server) {
        return "{ address = \"" + server.address() + "\", max_connections = 1 }";
    }

    @Test
    void openConnectionsCountForTheLimit() throws IOException {
        apex.startWithAll(WEB + pool(limited(b)));
        try (Conversation open = apex.connect()) {
            assertThat(open.ask()).isEqualTo("b");
            for (int reload = 0; reload < 3; reload++) {
                apex.reload(WEB + pool(a));
                apex.awaitOnly("a");
                await().until(() -> apex.proxy().snapshot().removed().size() == 1);

                apex.reload(WEB + pool(limited(b)));

                await().until(() -> apex.backends().get(0).state().equals("up"));
                apex.awaitOnly(Conversation.CLOSED); // b is full
                assertThat(apex.backend(b).connections()).isOne();
                assertThat(apex.proxy().snapshot().removed()).isEmpty();
            }
            assertThat(open.ask()).isEqualTo("b");
        }
        apex.awaitOnly("b");
    }

    @Test
    void verdictOfBeforeIsForgotten() throws IOException {
        apex.startWithAll(WEB + pool(a, b));
        Conversation open = apex.connect();
        while (!open.ask().equals("b")) {
            open.close();
            open = apex.connect();
        }
        apex.reload(WEB + pool(a));
        apex.awaitOnly("a");
        apex.health.on(b, any -> CompletableFuture.completedFuture(HealthResult.unhealthy("by the test")));

        apex.reload(WEB + pool(a, b));

        await().until(() -> apex.backend(b).state().equals("down"));
        assertThat(apex.ask(4)).containsOnly("a");
        open.close();
    }
}
