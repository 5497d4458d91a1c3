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
import io.apexproxy.runtime.config.read.ConfigReader;
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

/** A source that takes its time: it is asked by one thread at a time, and what it reports late is taken up or not. */
class SourceTest {

    private static final String ENTRANCE = WEB.replace("threads = 2\n", "");
    private static final String FILE = "threads = 2\nconfig_source = \"scripted\"\n";
    /** As {@code PluginContext.executor()} has. */
    private static final int THREADS_OF_A_PLUGIN = 16;

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    private void delivers(String toml) {
        apex.source.delivers(() -> apex.tree("store", toml));
    }

    @Test
    void aSourceThatHangsOnReloadIsGivenUpAndTheProxyServesOn() {
        delivers(ENTRANCE + pool(a));
        apex.start(FILE);
        CountDownLatch never = new CountDownLatch(1);
        apex.source.delivers(() -> {
            awaitQuietly(never);
            return null;
        });

        apex.proxy().reload();

        assertThat(apex.log.count("load() has not returned for 10 s")).isOne();
        assertThat(apex.ask(2)).containsOnly("a");
        delivers(ENTRANCE + pool(b));
        // the interrupted call may take a moment to return, and until then the source is not called again
        await().untilAsserted(() -> {
            apex.proxy().reload();
            assertThat(apex.ask(2)).containsOnly("b");
        });
    }

    @Test
    void aSourceThatFoundNoFreeThreadIsAskedAgain() {
        delivers(ENTRANCE + pool(a));
        ProviderConfig selection = ConfigReader.source(apex.tree("file", FILE), new Problems()).orElseThrow();
        CountDownLatch release = new CountDownLatch(1);
        CreateMethod<ConfigSourceProvider, ConfigSource> occupying = (provider, settings, context) -> {
            for (int i = 0; i < THREADS_OF_A_PLUGIN; i++) {
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
    void aReportThatWaitedWhileSomethingNewerWasReadIsForgotten() throws Exception {
        delivers(ENTRANCE + pool(a));
        apex.start(FILE);
        ConfigTree.Table old = apex.tree("old", ENTRANCE + pool(a, b));
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch loading = new CountDownLatch(1);
        apex.source.delivers(() -> {
            loading.countDown();
            awaitQuietly(busy);
            return apex.tree("store", ENTRANCE + pool(b));
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
    void aReportThatWaitedWhileReadingFailedIsTakenUp() throws Exception {
        delivers(ENTRANCE + pool(a));
        apex.start(FILE);
        ConfigTree.Table reported = apex.tree("reported", ENTRANCE + pool(b));
        ConfigTree.Table unchanged = apex.tree("store", ENTRANCE + pool(a));
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch loading = new CountDownLatch(1);
        apex.source.delivers(() -> {
            loading.countDown();
            awaitQuietly(busy);
            apex.source.delivers(() -> {
                throw new IllegalStateException("as the test wants");
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

    /** Returns when the task waits, be it for the proxy to be free. */
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
