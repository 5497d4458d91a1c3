package io.apexproxy.runtime.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.HostPort;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackendStateTest {

    private static final int CLAIMS = 5_000_000;

    private final Pool pool = new Pool("web", new PoolContext(null, null, null, 1, any -> { }));
    private final BackendState full = new BackendState(pool, "app", new InetSocketAddress("127.0.0.1", 9000),
            new BackendConfig("app", new HostPort("127.0.0.1", 9000), 1, 1), 1);

    @Test
    void whoIsRefusedAtTheLimitIsNotCountedForAMoment() {
        assertThat(full.claim()).isTrue();
        CompletableFuture<Boolean> refused = CompletableFuture.supplyAsync(
                () -> IntStream.range(0, CLAIMS).noneMatch(each -> full.claim()));

        int most = 0;
        while (!refused.isDone()) {
            most = Math.max(most, full.activeConnections());
        }

        assertThat(refused).isCompletedWithValue(true);
        assertThat(most).isEqualTo(1);
        full.release();
        assertThat(full.claim()).isTrue();
    }
}
