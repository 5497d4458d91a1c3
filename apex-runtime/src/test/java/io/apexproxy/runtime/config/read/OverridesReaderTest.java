package io.apexproxy.runtime.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.ConfigProblem;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.Overrides;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Overrides of states and weights, their mistakes, and their effect. */
class OverridesReaderTest {

    private static final String CONFIG = """
            [listeners.web]
            listen_addr = "127.0.0.1:8081"
            pool = "web"
            [pools.web]
            backends = ["127.0.0.1:9000", { address = "127.0.0.1:9001", name = "b", weight = 5, backup = true }]
            """;

    private final Problems problems = new Problems();

    private Overrides read(String toml) {
        return OverridesReader.read(TreeFixture.tree(toml), problems);
    }

    private ProxyConfig config() {
        return ConfigReader.read(TreeFixture.tree(CONFIG), problems);
    }

    private List<BackendConfig> apply(String toml) {
        return read(toml).applyTo(config()).pools().get(0).backends();
    }

    @Test
    void emptyFileChangesNothing() {
        assertThat(read("# nothing\n").applyTo(config())).isEqualTo(config());
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void stateAndWeightReplaceThoseOfTheConfiguration() {
        List<BackendConfig> backends = apply("""
                [pools.web.backends."127.0.0.1:9000"]
                state = "maintenance"
                [pools.web.backends.b]
                weight = 0
                """);

        assertThat(problems.list()).isEmpty();
        assertThat(backends).extracting(BackendConfig::state)
                .containsExactly(BackendConfig.State.MAINTENANCE, BackendConfig.State.ACTIVE);
        assertThat(backends).extracting(BackendConfig::weight).containsExactly(1, 0);
        assertThat(backends).extracting(BackendConfig::isBackup).containsExactly(false, true);
    }

    @Test
    void entryOfAMissingBackendIsKeptAndReported() {
        Overrides overrides = read("""
                [pools.web.backends.c]
                state = "maintenance"
                [pools.old.backends.b]
                weight = 2
                """);

        assertThat(overrides.applyTo(config())).isEqualTo(config());
        assertThat(overrides.unused(config())).containsExactly(
                "config.toml:1:1: pools.web.backends.c: no such backend in the configuration; the entry has no effect",
                "config.toml:3:1: pools.old.backends.b: no such pool in the configuration; the entry has no effect");
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void everythingElseIsAMistake() {
        read("""
                threads = 2
                [pools.web]
                slow_start = "5s"
                [pools.web.backends.a]
                state = "off"
                weight = 257
                address = "127.0.0.1:9000"
                [pools.web.backends]
                b = "maintenance"
                """);

        assertThat(problems.list()).extracting(ConfigProblem::toString).containsExactly(
                "config.toml:1:1: unknown key 'threads'; known keys: pools",
                "config.toml:3:1: pools.web: unknown key 'slow_start'; known keys: backends",
                "config.toml:5:9: pools.web.backends.a.state: expected \"active\" or \"maintenance\", found \"off\"",
                "config.toml:6:10: pools.web.backends.a.weight: expected a whole number from 0 to 256, found 257",
                "config.toml:7:1: pools.web.backends.a: unknown key 'address'; known keys: state, weight",
                "config.toml:9:5: pools.web.backends.b: expected a table such as [pools.web.backends.app1], "
                        + "found \"maintenance\"");
    }
}
