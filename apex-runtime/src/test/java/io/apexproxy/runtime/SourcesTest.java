package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Listeners and pools that come from another source than the file. */
class SourcesTest {

    private static final String ENTRANCE = WEB.replace("threads = 2\n", "");
    private static final String FILE = "threads = 2\nconfig_source = \"scripted\"\n";

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    private void delivers(String toml) {
        apex.source.delivers(() -> apex.tree("store", toml));
    }

    @Test
    void bothAreWatched() {
        delivers(ENTRANCE + pool(a));
        apex.start(FILE);
        assertThat(apex.ask()).isEqualTo("a");

        apex.source.report(apex.tree("store", ENTRANCE + pool(b)));
        assertThat(apex.ask(3)).containsOnly("b");

        apex.write(FILE + "max_connections = 100\n");
        await().until(() -> apex.log.count("Configuration changed: settings: max_connections") == 1);
        assertThat(apex.ask(3)).containsOnly("b");

        delivers(ENTRANCE + pool(a, b));
        apex.proxy().reload();
        assertThat(apex.backends()).hasSize(2);
    }

    @Test
    void theShortFormMayComeFromASource() {
        delivers("listen_addr = \"127.0.0.1:0\"\nbackend_addrs = [\"" + a.address() + "\"]\n");

        apex.start(FILE);

        assertThat(ReloadFixture.ask(apex.address("default"))).isEqualTo("a");
    }

    @Test
    void whatBothSayIsAnErrorWithAWayOut() {
        delivers("threads = 4\npoools = 1\n" + ENTRANCE + pool(a));
        apex.write(FILE + "backend_addrs = [\"127.0.0.1:9000\"]\ndrain_timeout = 5\n");

        assertThatThrownBy(apex::start).isInstanceOf(ConfigException.class).hasMessageContainingAll(
                "config.toml:3:1: backend_addrs: cannot stand beside [config_source] at ", "remove one of the two",
                "store:1:1: threads: does not come from [config_source]", "the rest is written in ",
                "poools: does not come from [config_source]", "did you mean 'pools'?",
                "drain_timeout: expected a duration");
        assertThat(apex.source.open()).isZero();
    }

    @Test
    void mistakesAreToldWhereTheyWereMade() {
        delivers(ENTRANCE + pool("connect_timeout = 5", a));
        apex.write("config_source = \"scripted\"\nthreads = 0\n");

        assertThatThrownBy(apex::start).isInstanceOf(ConfigException.class)
                .hasMessageContaining("config.toml:2:11: threads: expected")
                .hasMessageContaining("store:7:19: pools.web.connect_timeout: expected a duration");
    }

    @Test
    void aSelectionThatCannotBeUsedIsToldWithTheOtherMistakes() {
        apex.write("threads = 0\n[config_source]\nvariant = \"x\"\n");
        assertThatThrownBy(apex::start)
                .hasMessageContainingAll("config_source.provider: missing", "threads");

        apex.write("config_source = \"script\"\nthreads = 0\ntypo = 1\n");
        assertThatThrownBy(apex::start).hasMessageContainingAll(
                "no provider 'script' (did you mean 'scripted'?)", "threads", "unknown key 'typo'");
    }

    @Test
    void aMisspeltSelectionIsRecognized() {
        apex.write("config_sorce = \"scripted\"\n");

        assertThatThrownBy(apex::start)
                .hasMessageContaining("unknown key 'config_sorce' (did you mean 'config_source'?)");
    }

    @Test
    void aSourceThatFailsOnStartIsAClearError() {
        apex.source.delivers(() -> {
            throw new IllegalStateException("as the test wants");
        });
        apex.write(FILE);

        assertThatThrownBy(apex::start).isInstanceOf(ConfigException.class)
                .hasMessageContaining("config_source: configuration source 'scripted': "
                        + "load() threw java.lang.IllegalStateException: as the test wants");
        assertThat(apex.source.open()).isZero();

        apex.source.delivers(() -> null);
        assertThatThrownBy(apex::start).hasMessageContaining("load() returned null");

        apex.source.delivers(() -> {
            throw new ConfigException(Origin.of("store"), "as the test wants");
        });
        assertThatThrownBy(apex::start).hasMessage("store: as the test wants");
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
    void whateverASourceReportsTheProxyServesOn() {
        delivers(ENTRANCE + pool(a));
        apex.start(FILE);

        apex.source.report(null);
        apex.source.observers().forEach(observer -> observer.failed(null));
        apex.source.observers().forEach(observer ->
                observer.failed(new ConfigException(Origin.of("store"), "is gone")));
        apex.source.report(apex.tree("store", ENTRANCE + "[pools.web]\nbackends = 1\n"));

        assertThat(apex.log.count("reported null as a change")).isOne();
        assertThat(apex.log.count("reported null as a failure")).isOne();
        assertThat(apex.log.count("store: is gone")).isOne();
        assertThat(apex.log.count("store:5:12: pools.web.backends: expected an array")).isOne();
        assertThat(apex.ask(2)).containsOnly("a");
    }

    @Test
    void anotherSourceTakesOverOnceItHasDeliveredSomethingValid() {
        delivers(ENTRANCE + pool(a));
        apex.start("threads = 2\n[config_source]\nprovider = \"scripted\"\n");
        delivers("broken = 1\n");

        apex.reload("threads = 2\n[config_source]\nprovider = \"scripted\"\nvariant = \"two\"\n");
        assertThat(apex.source.open()).isOne();
        apex.source.report(apex.tree("store", ENTRANCE + pool(a, b)));
        assertThat(apex.backends()).hasSize(2);

        delivers(ENTRANCE + pool(b));
        apex.proxy().reload();
        assertThat(apex.ask(2)).containsOnly("b");
        assertThat(apex.source.open()).isOne();
        assertThat(apex.source.observers()).hasSize(1);
        apex.source.report(apex.tree("store", ENTRANCE + pool(a)));
        assertThat(apex.ask(2)).containsOnly("a");
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
        CompletableFuture.allOf(reload, next, report).get(10, TimeUnit.SECONDS);

        assertThat(apex.ask(4)).containsOnly("b");
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

    @Test
    void theFileTakesOverFromASourceAndGivesBack() {
        delivers(ENTRANCE + pool(a));
        apex.start(FILE);

        apex.reload(WEB + pool(b));
        await().atMost(Duration.ofSeconds(5)).until(() -> apex.source.open() == 0);
        assertThat(apex.ask(2)).containsOnly("b");

        apex.reload(FILE);
        assertThat(apex.source.open()).isOne();
        assertThat(apex.ask(2)).containsOnly("a");
    }
}
