package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.snapshot.Snapshot;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The API for programs that embed a proxy. */
class ApexProxyTest {

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");

    @Test
    void drainTimeoutIsLoggedInTheUnitsOfTheConfiguration() {
        apex.start("drain_timeout = \"500ms\"\n" + WEB + pool(a));

        assertThat(apex.proxy().shutdown()).isTrue();

        assertThat(apex.log.count("Draining: 0 connections, timeout 500ms")).isOne();
    }

    @Test
    void snapshotIsImmutable() {
        Snapshot snapshot = apex.start(WEB + pool(a)).snapshot();

        assertThatThrownBy(() -> snapshot.endings().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> snapshot.pools().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
