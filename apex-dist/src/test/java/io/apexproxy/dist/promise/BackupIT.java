package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.HttpBackend;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests of backups: they serve while the other backends are down or full, and only then. */
class BackupIT extends Scenario {

    private static Config config(HttpBackend primary, HttpBackend backup, String more) {
        Config plain = Config.withBackends();
        return new Config("", plain.listener(), "", plain.health() + "\nfast_interval = \"200ms\"",
                List.of("{ address = \"%s\"%s }".formatted(primary.address(), more),
                        "{ address = \"%s\", backup = true }".formatted(backup.address())),
                "");
    }

    @Test
    @Tag(QUICK)
    void backupServesWhileTheOtherBackendIsDown() {
        try (var primary = HttpBackend.started(); var backup = HttpBackend.started();
                var proxy = start(config(primary, backup, ""))) {
            proxy.awaitLine("Health check " + backup.address() + " => alive: true");
            assertThat(proxy.answers(10)).containsOnly(primary.address());

            primary.stop();
            proxy.awaitLine("WARN  apex.pool: pools.web: only backups are healthy: " + primary.address());
            assertThat(proxy.answers(10)).containsOnly(backup.address());

            primary.start();
            proxy.awaitLine("pools.web: backups no longer in use after ");
            assertThat(proxy.answers(10)).containsOnly(primary.address());
            assertThat(proxy.metric("apex_backend_info{address=\"%1$s\",backend=\"%1$s\",backup=\"true\",pool=\"web\"}"
                    .formatted(backup.address()))).isEqualTo(1);
        }
    }

    @Test
    @Tag(QUICK)
    void backupServesWhileTheOtherBackendIsFull() {
        try (var primary = HttpBackend.started(); var backup = HttpBackend.started();
                var proxy = start(config(primary, backup, ", max_connections = 1"))) {
            proxy.awaitLine("Health check " + backup.address() + " => alive: true");
            try (var occupant = proxy.client()) {
                assertThat(occupant.isSilent()).isTrue();
                assertThat(proxy.answers(3)).containsOnly(backup.address());
            }

            eventually(() -> proxy.answers(1).equals(List.of(primary.address())));
        }
    }

    @Test
    void firstConnectThatFailsGoesToTheBackup() {
        try (var primary = HttpBackend.started(); var backup = HttpBackend.started();
                var proxy = start(config(primary, backup, "").health(Config.ONCE))) {
            proxy.awaitLine("Health check " + backup.address() + " => alive: true");

            primary.stop(); // no probe notices it

            assertThat(proxy.answers(1)).containsExactly(backup.address());
        }
    }
}
