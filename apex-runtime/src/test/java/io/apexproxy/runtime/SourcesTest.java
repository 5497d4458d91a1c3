package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.lb.roundrobin.RoundRobinProvider;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import io.apexproxy.runtime.supervisor.Supervisor;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Listeners and pools of a selected configuration source. */
class SourcesTest {

    private static final String LISTENER = WEB.replace("threads = 2\n", "");
    private static final String FILE = "threads = 2\nconfig_source = \"scripted\"\n";

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    private void deliver(String toml) {
        apex.source.deliver(() -> apex.tree("store", toml));
    }

    @Test
    void fileAndSourceAreWatched() {
        deliver(LISTENER + pool(a));
        apex.start(FILE);
        assertThat(apex.ask()).isEqualTo("a");

        apex.source.report(apex.tree("store", LISTENER + pool(b)));
        apex.awaitOnly("b");

        apex.write(FILE + "max_connections = 100\n");
        await().until(() -> apex.log.count("Configuration changed: settings: max_connections") == 1);
        assertThat(apex.ask(3)).containsOnly("b");

        deliver(LISTENER + pool(a, b));
        apex.proxy().reload();
        assertThat(apex.backends()).hasSize(2);
    }

    @Test
    void sourceMayDeliverTheShortForm() {
        deliver("listen_addr = \"127.0.0.1:0\"\nbackend_addrs = [\"" + a.address() + "\"]\n");

        apex.start(FILE);

        assertThat(ReloadFixture.ask(apex.address("default"))).isEqualTo("a");
    }

    @Test
    void keysInFileAndSourceAreAnErrorWithARemedy() {
        deliver("threads = 4\npoools = 1\n" + LISTENER + pool(a));
        apex.write(FILE + "backend_addrs = [\"127.0.0.1:9000\"]\ndrain_timeout = 5\n");

        assertThatThrownBy(apex::start).isInstanceOf(ConfigException.class).hasMessageContainingAll(
                "config.toml:3:1: backend_addrs: cannot be combined with [config_source] at ",
                "remove one of the two",
                "store:1:1: threads: not accepted from [config_source]", "set other keys in ",
                "poools: not accepted from [config_source]", "did you mean 'pools'?",
                "drain_timeout: expected a duration");
        assertThat(apex.source.open()).isZero();
    }

    @Test
    void mistakesAreReportedWithTheirOrigin() {
        deliver(LISTENER + pool("connect_timeout = 5", a));
        apex.write("config_source = \"scripted\"\nthreads = 0\n");

        assertThatThrownBy(apex::start).isInstanceOf(ConfigException.class)
                .hasMessageContaining("config.toml:2:11: threads: expected")
                .hasMessageContaining("store:7:19: pools.web.connect_timeout: expected a duration");
    }

    @Test
    void invalidSelectionIsReportedWithTheOtherMistakes() {
        apex.write("threads = 0\n[config_source]\nvariant = \"x\"\n");
        assertThatThrownBy(apex::start)
                .hasMessageContainingAll("config_source.provider: missing", "threads");

        apex.write("config_source = \"script\"\nthreads = 0\ntypo = 1\n");
        assertThatThrownBy(apex::start).hasMessageContainingAll(
                "no provider 'script' (did you mean 'scripted'?)", "threads", "unknown key 'typo'");
    }

    @Test
    void misspeltSelectionIsReportedWithASuggestion() {
        apex.write("config_sorce = \"scripted\"\n");

        assertThatThrownBy(apex::start)
                .hasMessageContaining("unknown key 'config_sorce' (did you mean 'config_source'?)");
    }

    @Test
    void sourceThatFailsOnStartIsAnError() {
        apex.source.deliver(() -> {
            throw new IllegalStateException("scripted failure");
        });
        apex.write(FILE);

        assertThatThrownBy(apex::start).isInstanceOf(ConfigException.class)
                .hasMessageContaining("config_source: configuration source 'scripted': "
                        + "load() threw java.lang.IllegalStateException: scripted failure");
        assertThat(apex.source.open()).isZero();

        apex.source.deliver(() -> null);
        assertThatThrownBy(apex::start).hasMessageContaining("load() returned null");

        apex.source.deliver(() -> {
            throw new IllegalStateException(new OutOfMemoryError("unable to create native thread"));
        });
        assertThatThrownBy(apex::start).isInstanceOf(UncheckedIOException.class)
                .hasMessageContainingAll("configuration source 'scripted': load() failed; the cause is this machine",
                        "unable to create native thread");

        apex.source.deliver(() -> {
            throw new ConfigException(Origin.of("store"), "scripted failure");
        });
        assertThatThrownBy(apex::start).hasMessage("store: scripted failure");
    }

    @Test
    void proxyContinuesAfterInvalidReports() {
        deliver(LISTENER + pool(a));
        apex.start(FILE);

        apex.source.report(null);
        apex.source.observers().forEach(observer -> observer.failed(null));
        apex.source.observers()
                .forEach(observer -> observer.failed(new ConfigException(Origin.of("store"), "is gone")));
        apex.source.report(apex.tree("store", LISTENER + "[pools.web]\nbackends = 1\n"));

        assertThat(apex.log.count("reported null as a change")).isOne();
        assertThat(apex.log.count("reported null as a failure")).isOne();
        assertThat(apex.log.count("store: is gone")).isOne();
        assertThat(apex.log.count("store:5:12: pools.web.backends: expected an array")).isOne();
        assertThat(apex.ask(2)).containsOnly("a");
    }

    @Test
    void variablesAreReplacedInFilesOnly() {
        String unset = "connect_timeout = \"${env:APEX_UNSET}\"";
        apex.write(WEB + pool(unset, a));
        assertThatThrownBy(apex::start).isInstanceOf(ConfigException.class).hasMessageContaining(
                ": pools.web.connect_timeout: the environment variable APEX_UNSET is not set: set it before Apex");

        deliver(LISTENER + pool(unset, a));
        apex.write(FILE);
        assertThatThrownBy(apex::start).hasMessageContaining("expected a duration such as \"5s\", found"
                + " \"${env:APEX_UNSET}\"");
    }

    @Test
    void mistakesDoNotShowTheValuesOfVariables() {
        String path = "connect_timeout = \"${env:PATH}\"";
        apex.write(WEB + pool(path, a));
        assertThatThrownBy(apex::start).hasMessageEndingWith("pools.web.connect_timeout: expected a duration such as"
                + " \"5s\", found \"${env:PATH}…\"; write a whole number and one unit of ms, s, m, h, d");

        apex.start(WEB + pool(a));
        apex.reload(WEB + pool("slow_start = \"${env:APEX_UNSET}\"", a));
        apex.reload(WEB + "[pools.web]\nbackends = [\"${env:PATH}\"]\n");

        assertThat(apex.log.count("APEX_UNSET is not set")).isOne();
        assertThat(apex.log.count("pools.web.backends[0]: expected")).isOne();
        assertThat(apex.log.lines()).noneMatch(line -> line.contains(System.getenv("PATH").substring(0, 10)));
    }

    @Test
    void sourceIsReplacedAfterAValidDelivery() {
        deliver(LISTENER + pool(a));
        apex.start("threads = 2\n[config_source]\nprovider = \"scripted\"\n");
        deliver("broken = 1\n");

        apex.reload("threads = 2\n[config_source]\nprovider = \"scripted\"\nvariant = \"two\"\n");
        assertThat(apex.source.open()).isOne();
        apex.source.report(apex.tree("store", LISTENER + pool(a, b)));
        assertThat(apex.backends()).hasSize(2);

        deliver(LISTENER + pool(b));
        apex.proxy().reload();
        apex.awaitOnly("b");
        assertThat(apex.source.open()).isOne();
        assertThat(apex.source.observers()).hasSize(1);
        apex.source.report(apex.tree("store", LISTENER + pool(a)));
        apex.awaitOnly("a");
    }

    @Test
    void sourceSelectedDuringTheStartIsWatchedOnce() {
        deliver(LISTENER + pool(a));
        ConfigTree.Table first = apex.tree("first", FILE);
        ConfigTree.Table second = apex.tree("second",
                "threads = 2\nconfig_source = { provider = \"scripted\", variant = \"two\" }\n");

        try (ApexProxy proxy = new ProxyStart(new ProxyOptions(apex.file(), apex.directory().resolve("plugins")),
                ProviderRegistry.of(new RoundRobinProvider(), apex.health, apex.source, new Changing(first, second)),
                apex.names, Supervisor::none, Optional.empty()).run()) {
            assertThat(proxy.snapshot().reload().succeeded()).isOne();
            assertThat(apex.source.open()).isOne();
            assertThat(apex.source.observers()).hasSize(1);
        }
        assertThat(apex.log.lines()).noneMatch(line -> line.startsWith("ERROR"));
    }

    /** A file that changes after it was read and before it is watched. */
    private record Changing(ConfigTree.Table first, ConfigTree.Table second) implements ConfigSourceProvider {

        @Override
        public String name() {
            return "toml";
        }

        @Override
        public ConfigSource create(Settings settings, PluginContext context) {
            settings.string("path");
            return new ConfigSource() {
                @Override
                public ConfigTree.Table load() {
                    return first;
                }

                @Override
                public void watch(Observer observer) {
                    observer.changed(second);
                }

                @Override
                public void close() {
                    // nothing is open
                }
            };
        }
    }

    @Test
    void fileReplacesTheSourceAndTheSourceReplacesTheFile() {
        deliver(LISTENER + pool(a));
        apex.start(FILE);

        apex.reload(WEB + pool(b));
        await().until(() -> apex.source.open() == 0);
        apex.awaitOnly("b");

        apex.reload(FILE);
        assertThat(apex.source.open()).isOne();
        apex.awaitOnly("a");
    }
}
