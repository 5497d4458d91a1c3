package io.apexproxy.dist.promise;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.test.TestServer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A test of the heap, with a newer Java: its serial collector does not collect old objects before the heap is full. */
class HeapIT extends Scenario {

    private static final String COLLECTIONS = "jvm_gc_collection_seconds_count{gc=\"MarkSweepCompact\"}";
    /** Each change leaves about 6 MiB of old garbage. */
    private static final int CHANGES = 10;
    private static final int NETWORKS = 5_000;

    @BeforeEach
    void useNewerJava() {
        ApexProcess.useNewerJava();
    }

    @AfterEach
    void useJavaOfTheTests() {
        System.clearProperty(ApexProcess.JAVA_HOME);
    }

    @Test
    void garbageOfReloadsIsCollected() {
        try (var server = TestServer.echo()) {
            Config config = Config.withBackends(server.address()).health(Config.ONCE);
            try (var proxy = start(config)) {
                for (int count = 0; count < CHANGES && proxy.metric(COLLECTIONS) == 0; count++) {
                    proxy.change(config.listener("allow = [\"127.0.0.1\", " + networks(count) + "]"));
                }
                eventually(() -> proxy.metric(COLLECTIONS) > 0);
            }
        }
    }

    private static String networks(int second) {
        return IntStream.range(0, NETWORKS)
                .mapToObj(i -> "\"10." + second + "." + i / 256 + "." + i % 256 + "\"")
                .collect(Collectors.joining(", "));
    }
}
