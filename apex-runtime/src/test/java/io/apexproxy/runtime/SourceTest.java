package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.read.SourceSelections;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.plugin.CreateMethod;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Sources that block, and reports that arrive during a load. */
class SourceTest {

    private static final String LISTENER = WEB.replace("threads = 2\n", "");
    private static final String FILE = "threads = 2\nconfig_source = \"scripted\"\n";
    /** The size of {@code PluginContext.executor()}. */
    private static final int PLUGIN_THREADS = 16;

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    private void deliver(String toml) {
        apex.source.deliver(() -> apex.tree("store", toml));
    }

    @Test
    void proxyContinuesWhenASourceBlocksDuringAReload() {
        deliver(LISTENER + pool(a));
        apex.start(FILE);
        CountDownLatch never = new CountDownLatch(1);
        apex.source.deliver(() -> {
            awaitQuietly(never);
            return null;
        });

        apex.proxy().reload();

        assertThat(apex.log.count("load() has not returned for 10 s")).isOne();
        assertThat(apex.ask(2)).containsOnly("a");
        deliver(LISTENER + pool(b));
        // the source is not called again before the interrupted call has returned
        await().untilAsserted(() -> {
            apex.proxy().reload();
            assertThat(apex.ask(2)).containsOnly("b");
        });
    }

    @Test
    void sourceIsCalledAgainAfterItFoundNoFreeThread() {
        deliver(LISTENER + pool(a));
        ProviderConfig selection =
                SourceSelections.trafficSource(apex.tree("file", FILE), new Problems()).orElseThrow();
        CountDownLatch release = new CountDownLatch(1);
        CreateMethod<ConfigSourceProvider, ConfigSource> occupying = (provider, settings, context) -> {
            for (int i = 0; i < PLUGIN_THREADS; i++) {
                context.executor().execute(() -> awaitQuietly(release));
            }
            return provider.create(settings, context);
        };
        PluginInstance<ConfigSource> occupied = ProviderRegistry.of(apex.source)
                .create(ConfigSourceProvider.class, selection, apex.directory(), occupying);
        try (Source source = new Source(selection, occupied, Duration.ofMillis(100))) {
            assertThatThrownBy(source::load).hasMessageContaining("load() has not returned");

            release.countDown();

            await().untilAsserted(() -> assertThat(source.load()).isNotNull());
        }
    }

    @Test
    void reportOlderThanALoadIsDropped() throws Exception {
        deliver(LISTENER + pool(a));
        apex.start(FILE);
        ConfigTree.Table old = apex.tree("old", LISTENER + pool(a, b));
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch loading = new CountDownLatch(1);
        apex.source.deliver(() -> {
            loading.countDown();
            awaitQuietly(busy);
            return apex.tree("store", LISTENER + pool(b));
        });

        CompletableFuture<Void> reload = CompletableFuture.runAsync(apex.proxy()::reload);
        loading.await();
        CompletableFuture<Void> next = inBackground(apex.proxy()::reload);
        CompletableFuture<Void> report = inBackground(() -> apex.source.report(old));
        busy.countDown();
        CompletableFuture.allOf(reload, next, report).get(TestProxy.PATIENCE.toSeconds(), TimeUnit.SECONDS);

        apex.awaitOnly("b");
    }

    @Test
    void reportDuringAFailedLoadIsApplied() throws Exception {
        deliver(LISTENER + pool(a));
        apex.start(FILE);
        ConfigTree.Table reported = apex.tree("reported", LISTENER + pool(b));
        ConfigTree.Table unchanged = apex.tree("store", LISTENER + pool(a));
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch loading = new CountDownLatch(1);
        apex.source.deliver(() -> {
            loading.countDown();
            awaitQuietly(busy);
            apex.source.deliver(() -> {
                throw new IllegalStateException("scripted failure");
            });
            return unchanged;
        });

        CompletableFuture<Void> reload = CompletableFuture.runAsync(apex.proxy()::reload);
        loading.await();
        CompletableFuture<Void> failing = inBackground(apex.proxy()::reload);
        CompletableFuture<Void> report = inBackground(() -> apex.source.report(reported));
        busy.countDown();
        CompletableFuture.allOf(reload, failing, report).get(TestProxy.PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertThat(apex.log.count("load() threw")).isOne();
        apex.awaitOnly("b");
    }

    /** Runs the task on a new thread and returns when that thread waits, for example for a lock of the proxy. */
    private static CompletableFuture<Void> inBackground(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            task.run();
            done.complete(null);
        });
        thread.setDaemon(true);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        return done;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
