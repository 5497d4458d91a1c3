package io.apexproxy.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.test.LogCapture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Texts of plugins are cleaned, truncated, complete and without secrets. */
class PluginMessagesTest {

    private static final String FORGED = "x\n2026-01-01 ERROR apex: forged\u001b[2J\u202e";

    @Test
    void misspeltKeyIsReportedTogetherWithProblemsOfPlugin() {
        assertThat(problems(Map.of("endpoint", "http://a:1", "prefix", "/x", "key_file", "k"), settings -> {
            settings.string("ca_file", "");
            settings.strings("endpoints");
            throw settings.invalid("endpoints", "expected at least one URL");
        })).containsExactly(
                "config.toml:9:17: pools.web.load_balancer.endpoints: expected at least one URL",
                "config.toml:10:1: pools.web.load_balancer: unknown key 'endpoint' (did you mean 'endpoints'?)");
    }

    @Test
    void shortMisspeltKeyIsReported() {
        assertThat(problems(Map.of("pth", "/"), settings -> {
            settings.string("path", "/");
            throw settings.invalid("status", "expected a status");
        })).hasSize(2).last().asString().endsWith("unknown key 'pth' (did you mean 'path'?)");
    }

    @Test
    void exceptionOfProviderIsCleanedAndTruncated() {
        assertThat(problems(Map.of(), settings -> {
            throw new IllegalStateException(FORGED);
        })).containsExactly("config.toml:9:17: pools.web.load_balancer: load balancer 'first' (built-in) is defective:"
                + " its create() threw java.lang.IllegalStateException: x\\n2026-01-01 ERROR apex: forged\\u001B[2J"
                + "\\u202E");
        assertThat(problems(Map.of(), settings -> {
            throw new IllegalStateException("y".repeat(30_000));
        })).singleElement().asString().hasSizeLessThan(500).contains("characters)");
    }

    @Test
    void exceptionOfProviderIsShownWithoutSecrets() {
        assertThat(problems(Map.of("password", "hunter2"), settings -> {
            throw new IllegalStateException("x".repeat(155) + " login hunter2 refused");
        })).singleElement().asString().contains("login ***").doesNotContain("hunter2");
        assertThat(problems(Map.of("password", "hunter2"), settings -> {
            throw new ConfigException(settings.origin(), "found hunter2");
        })).singleElement().asString().endsWith("found ***");
    }

    @Test
    void logHasStackTraceWithoutSecrets() {
        try (LogCapture log = LogCapture.of("apex.plugin", Level.DEBUG)) {
            problems(Map.of("password", "hunter2"), settings -> {
                throw new IllegalStateException("login hunter2 refused", new IllegalStateException("hunter2"));
            });
            assertThat(log.traces()).singleElement().asString()
                    .contains("login *** refused", "\tat " + PluginMessagesTest.class.getName())
                    .doesNotContain("hunter2");
        }
    }

    @Test
    void problemsOfPluginBeyondTheLimitAreCounted() {
        assertThat(problems(Map.of(), settings -> {
            throw new ConfigException(IntStream.range(0, 5_000)
                    .mapToObj(i -> new ConfigProblem(settings.origin(), "mistake " + i)).toList());
        })).hasSize(101).last().asString().contains("4900 more mistakes");
    }

    @Test
    void nameOfUnknownProviderIsCleanedAndTruncated() {
        ProviderRegistry registry = ProviderRegistry.of(provider(settings -> healthy -> null));
        for (String name : List.of(FORGED, "p".repeat(1_000_000))) {
            ConfigException refused = catchThrowableOfType(ConfigException.class, () -> registry.create(
                    LoadBalancerProvider.class, Selections.of(name), Path.of("."), LoadBalancerProvider::create));

            assertThat(refused.getMessage()).hasSizeLessThan(500).doesNotContain("\n", "\u001b", "\u202e")
                    .contains("available: first");
        }
    }

    @Test
    void listingsAreClean() {
        PluginListing listing = PluginListing.notLoaded("plugins/" + FORGED + ".jar", FORGED);

        assertThat(listing.origin() + listing.cause()).doesNotContain("\n", "\u001b", "\u202e");
    }

    private static List<String> problems(Map<String, Object> settings, Function<Settings, LoadBalancer> create) {
        ConfigException refused = catchThrowableOfType(ConfigException.class,
                () -> ProviderRegistry.of(provider(create)).create(LoadBalancerProvider.class,
                        Selections.of("first", settings), Path.of("."), LoadBalancerProvider::create));
        return refused.problems().stream().map(ConfigProblem::toString).toList();
    }

    private static LoadBalancerProvider provider(Function<Settings, LoadBalancer> create) {
        return new LoadBalancerProvider() {
            @Override
            public String name() {
                return "first";
            }

            @Override
            public LoadBalancer create(Settings settings, PluginContext context) {
                return create.apply(settings);
            }
        };
    }
}
