package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.ConfigException;
import io.apexproxy.runtime.snapshot.Snapshot;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Pools without a health check. */
class UncheckedTest {

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    @Test
    void allBackendsServeAndNoneIsProbed() {
        apex.start(WEB + unchecked(a, b));

        assertThat(Set.copyOf(apex.ask(4))).containsExactlyInAnyOrder("a", "b");
        assertThat(apex.backends()).extracting(Snapshot.BackendView::state).containsOnly("unchecked");
        assertThat(apex.backends()).allSatisfy(backend -> assertThat(backend.probeTimes().counts()).containsOnly(0L));
        assertThat(apex.proxy().snapshot().probes().running()).isZero();
    }

    @Test
    void failedConnectsFailOverAndKeepAllBackendsInRotation() {
        a.close();
        apex.start(WEB + unchecked(a, b));

        assertThat(apex.ask(20)).containsOnly("b");

        assertThat(apex.backend(a).connectErrors()).isGreaterThanOrEqualTo(9);
        assertThat(apex.backend(a).state()).isEqualTo("unchecked");
    }

    @Test
    void reloadAddsAndRemovesHealthCheckWithoutRefusingConnections() {
        apex.health.down(a);
        apex.startWithAll(WEB + pool(a, b));
        assertThat(apex.backend(a).state()).isEqualTo("down");

        apex.reload(WEB + unchecked(a, b));
        await().untilAsserted(() -> assertThat(apex.ask(2)).containsExactlyInAnyOrder("a", "b"));
        int probes = apex.health.probes(a);

        apex.reload(WEB + pool(a, b));
        assertThat(apex.ask(4)).doesNotContain(Conversation.CLOSED);
        await().until(() -> apex.backend(a).state().equals("down"));
        apex.awaitOnly("b");
        assertThat(apex.health.probes(a)).isGreaterThan(probes);
    }

    @Test
    void backendsAreAddedAndRemovedWithoutAHealthCheck() {
        apex.start(WEB + unchecked(a));

        apex.reload(WEB + unchecked(b));

        apex.awaitOnly("b");
        assertThat(apex.backends()).extracting(Snapshot.BackendView::state).containsExactly("unchecked");
    }

    @Test
    void settingsOfAnotherHealthCheckAreUnknownKeys() {
        assertThatThrownBy(() -> apex.start(WEB + "[pools.web]\nbackends = []\n"
                + "health_check = { provider = \"none\", interval = \"5s\", path = \"/\" }\n"))
                .isInstanceOf(ConfigException.class).hasMessageContaining("unknown key 'path'")
                .hasMessageNotContaining("unknown key 'interval'");
    }

    private static String unchecked(NamedServer... servers) {
        return pool((Object[]) servers).replaceAll("health_check = .*", "health_check = \"none\"");
    }
}
