package io.apexproxy.config.etcd;

import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.testkit.ConfigSourceContract;
import io.apexproxy.test.EtcdServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Checks the contract of configuration sources with a real etcd. */
class EtcdContractTest extends ConfigSourceContract {

    @TempDir
    private static Path data;
    private static EtcdServer etcd;

    /** Runs the garbage collector, which ends the thread of an unreachable HTTP client before Java 21. */
    private static ScheduledExecutorService collector;

    @BeforeAll
    static void start() {
        EtcdServer.assumeInstalled();
        etcd = EtcdServer.startSingle(data);
        collector = Executors.newSingleThreadScheduledExecutor();
        collector.scheduleWithFixedDelay(System::gc, 0, 1, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stop() {
        if (etcd != null) {
            etcd.close();
            collector.shutdownNow();
        }
    }

    @Override
    protected ConfigSourceProvider provider() {
        return new EtcdProvider();
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of("endpoints", List.of(etcd.endpoint()));
    }

    @Override
    protected void store(Path directory, String version) {
        etcd.put("/apex/config", "version = \"" + version + "\"");
    }

    @Override
    protected void spoil(Path directory) {
        etcd.put("/apex/config", "version = ");
    }
}
