package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.snapshot.Snapshot;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a program sees that has a proxy inside. */
class ApexProxyTest {

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");

    @Test
    void aDrainTimeoutBelowASecondIsToldAsItIs() {
        apex.start("drain_timeout = \"500ms\"\n" + WEB + pool(a));

        assertThat(apex.proxy().shutdown()).isTrue();

        assertThat(apex.log.count("Draining: 0 connections, for 0.5 s at most")).isOne();
    }

    @Test
    void aSnapshotDoesNotChange() {
        Snapshot snapshot = apex.start(WEB + pool(a)).snapshot();

        assertThatThrownBy(() -> snapshot.endings().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> snapshot.pools().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
