package io.apexproxy.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.health.tcp.TcpProvider;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.test.PluginJar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ProviderRegistryTest {

    private static final LoadBalancer FIRST = healthy -> connection -> healthy.get(0);

    @Test
    void selectedProviderCreatesInstanceFromItsSettings() {
        ProviderRegistry registry = ProviderRegistry.of(
                new Balancers("first", (settings, context) -> FIRST),
                new Balancers("slow", (settings, context) -> {
                    assertThat(settings.duration("delay", Duration.ZERO)).isEqualTo(Duration.ofSeconds(5));
                    return FIRST;
                }));

        try (var instance = create(registry, Selections.of("slow", Map.of("delay", "5s")))) {
            assertThat(instance.get()).isSameAs(FIRST);
        }
    }

    @Test
    void pathsAreRelativeToConfigurationFile(@TempDir Path home) {
        AtomicReference<Path> relative = new AtomicReference<>();
        AtomicReference<Path> absolute = new AtomicReference<>();
        ProviderRegistry registry = ProviderRegistry.of(new Balancers("first", (settings, context) -> {
            relative.set(context.resolve("../keys/a"));
            absolute.set(context.resolve(home.resolve("b").toString()));
            return FIRST;
        }));

        registry.create(LoadBalancerProvider.class, Selections.of("first"), home.resolve("conf"),
                LoadBalancerProvider::create).close();

        assertThat(relative.get()).isEqualTo(home.resolve("keys/a"));
        assertThat(absolute.get()).isEqualTo(home.resolve("b"));
    }

    @Test
    void errorForUnknownNameListsAvailableProviders() {
        ProviderRegistry registry = ProviderRegistry.of(
                new Balancers("round-robin", (settings, context) -> FIRST),
                new Balancers("least-connections", (settings, context) -> FIRST));

        assertThat(problems(registry, Selections.of("lest-connections"))).containsExactly("config.toml:9:17:"
                + " pools.web.load_balancer: no provider 'lest-connections' (did you mean 'least-connections'?);"
                + " available: least-connections, round-robin");
        assertThat(problems(ProviderRegistry.of(), Selections.of("any"))).containsExactly("config.toml:9:17:"
                + " pools.web.load_balancer: no provider 'any'; available: none");
    }

    @Test
    void errorForUnknownNameHasHintWhichUnitToCopy(@TempDir Path home) throws Exception {
        PluginJar.classPath("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));

        Loaded loaded = Loaded.from(home);

        String plugins = home.resolve("plugins").toAbsolutePath().toString();
        assertThat(problems(loaded.registry(), Selections.of("sticky"))).singleElement().asString()
                .endsWith("; copy its plugin, maybe from contrib/, into " + plugins);
        assertThat(problems(loaded.registry(), Selections.of("least-connections"))).singleElement().asString()
                .endsWith("; copy contrib/apex-lb-leastconn.jar into " + plugins);
        for (String other : List.of("leastconn", "least_conn", "least-conections")) {
            assertThat(problems(loaded.registry(), Selections.of(other))).singleElement().asString().endsWith(
                    "; if 'least-connections' was meant, copy contrib/apex-lb-leastconn.jar into " + plugins);
        }
        assertThat(problems(loaded.registry(), Selections.of("frist"))).singleElement().asString()
                .doesNotContain("contrib/");
    }

    @Test
    void errorForUnknownNameListsUnitsThatWereNotLoaded(@TempDir Path home) throws Exception {
        PluginJar.classPath("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));
        Files.writeString(home.resolve("plugins/broken.jar"), "no zip");

        Loaded loaded = Loaded.from(home);

        assertThat(problems(loaded.registry(), Selections.of("other"))).singleElement().asString()
                .contains("no provider 'other'", "first (plugins/first.jar)")
                .endsWith("; not loaded: plugins/broken.jar: not a complete jar (zip END header not found);"
                        + " copy it again");
    }

    @Test
    void modularPluginIsRefusedIfApexRunsOnClassPath(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));

        assertThat(Loaded.from(home).refused()).containsExactly("plugins/first.jar: the plugin is a module, but Apex"
                + " runs on the class path; start Apex on the module path, as bin/apex does");
    }

    @Test
    void allProblemsOfSettingsAreReportedAndInstanceIsClosed() {
        AtomicBoolean closed = new AtomicBoolean();
        ProviderRegistry registry = ProviderRegistry.of(new Balancers("first", (settings, context) -> {
            settings.duration("delay", Duration.ZERO);
            settings.integer("seed", 0, 9, 0);
            return new ClosingBalancer(() -> closed.set(true));
        }));

        List<String> problems = problems(registry, Selections.of("first", Map.of("delay", 5L, "sed", 1L)));

        assertThat(problems).hasSize(2).allSatisfy(problem -> assertThat(problem).startsWith("config.toml:10:1: "));
        assertThat(String.join("\n", problems))
                .contains("pools.web.load_balancer.delay: expected", "'sed' (did you mean 'seed'?)");
        assertThat(closed).isTrue();
    }

    @Test
    void valueOfWrongTypeIsReportedOnce() {
        ProviderRegistry registry = ProviderRegistry.of(new TcpProvider());
        ProviderConfig selection = Selections.of("tcp", Map.of("expect", 220L));

        var error = catchThrowableOfType(ConfigException.class, () -> registry.create(
                HealthCheckProvider.class, selection, Path.of(""), HealthCheckProvider::create));

        assertThat(error.problems()).singleElement().asString().contains("expect: expected a string");
    }

    @Test
    void problemOfProviderIsReportedUnchanged() {
        ProviderRegistry registry = ProviderRegistry.of(new Balancers("first", (settings, context) -> {
            throw settings.invalid("path", "expected a path that begins with '/', found 'x'");
        }));

        assertThat(problems(registry, Selections.of("first", Map.of("path", "x", "unread", "y")))).containsExactly(
                "config.toml:10:1: pools.web.load_balancer.path: expected a path that begins with '/', found 'x'");
    }

    @Test
    void exceptionIsReportedWithProviderAndCauses() {
        ProviderRegistry registry = ProviderRegistry.of(new Balancers("first", (settings, context) -> {
            throw new IllegalStateException("no licence", new IOException("disk\nfull"));
        }));

        assertThat(problems(registry, Selections.of("first"))).containsExactly("config.toml:9:17:"
                + " pools.web.load_balancer: load balancer 'first' (built-in) is defective: its create() threw"
                + " java.lang.IllegalStateException: no licence, caused by java.io.IOException: disk\\nfull");
    }

    @Test
    void linkageErrorIsReportedAsProblem() {
        ProviderRegistry registry = ProviderRegistry.of(new Balancers("first", (settings, context) -> {
            throw new NoClassDefFoundError("com/example/Library");
        }));

        assertThat(problems(registry, Selections.of("first"))).singleElement().asString()
                .endsWith("threw java.lang.NoClassDefFoundError: com/example/Library");
    }

    /** A start then ends with the status of a failure, not with that of a wrong configuration. */
    @Test
    void lackOfThreadsIsNoDefectOfPlugin() {
        ProviderRegistry registry = ProviderRegistry.of(new Balancers("first", (settings, context) -> {
            throw new IllegalStateException(new OutOfMemoryError("unable to create native thread"));
        }));

        assertThatThrownBy(() -> create(registry, Selections.of("first"))).isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("config.toml:9:17: pools.web.load_balancer: load balancer 'first' (built-in):"
                        + " its create() failed; the cause is this machine, not the configuration:")
                .hasMessageEndingWith("unable to create native thread");
    }

    @Test
    void createThatReturnsNullIsReportedAsProblem() {
        ProviderRegistry registry = ProviderRegistry.of(new Balancers("first", (settings, context) -> null));

        assertThat(problems(registry, Selections.of("first"))).containsExactly("config.toml:9:17:"
                + " pools.web.load_balancer: load balancer 'first' (built-in) is defective: its create() returned"
                + " null");
    }

    @Test
    void fixedRegistryRefusesDuplicateAndInvalidNames() {
        Balancers first = new Balancers("first", (settings, context) -> FIRST);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProviderRegistry.of(first, new Balancers("first", (settings, context) -> FIRST)))
                .withMessageContainingAll("load balancer 'first'", "is also in built-in");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProviderRegistry.of(new Balancers("First", (settings, context) -> FIRST)))
                .withMessageContaining("found 'First'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProviderRegistry.of(new Balancers(null, (settings, context) -> FIRST)))
                .withMessageEndingWith("expected a name of lower-case words such as 'round-robin', found null");
    }

    @Test
    void nullDescriptionIsEmptyInListing() {
        ProviderRegistry registry = ProviderRegistry.of(new HealthCheckProvider() {
            @Override
            public String name() {
                return "silent";
            }

            @Override
            public String description() {
                return null;
            }

            @Override
            public HealthCheck create(Settings settings, PluginContext context) {
                throw new UnsupportedOperationException();
            }
        });

        assertThat(registry.listing()).extracting(PluginListing::description).containsExactly("");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "requires /proc/self/fd")
    void jarThatWasNotLoadedIsClosed(@TempDir Path home) throws Exception {
        PluginJar.classPath("com.example.hollow", "hollow").without("Plugin")
                .writeTo(home.resolve("plugins/hollow.jar"));

        assertThat(Loaded.from(home).refused()).hasSize(1);

        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(descriptors.filter(Files::exists).map(ProviderRegistryTest::target))
                    .doesNotContain(home.resolve("plugins/hollow.jar"));
        }
    }

    private static Path target(Path descriptor) {
        try {
            return descriptor.toRealPath();
        } catch (IOException e) {
            return descriptor; // closed meanwhile
        }
    }

    @Test
    void rescanOfFixedRegistryChangesNothing() {
        ProviderRegistry registry = ProviderRegistry.of();

        assertThat(registry.rescan()).isSameAs(registry);
    }

    private static PluginInstance<LoadBalancer> create(ProviderRegistry registry, ProviderConfig selection) {
        return registry.create(LoadBalancerProvider.class, selection, Path.of("."), LoadBalancerProvider::create);
    }

    private static List<String> problems(ProviderRegistry registry, ProviderConfig selection) {
        ConfigException error = catchThrowableOfType(ConfigException.class, () -> create(registry, selection));
        return error.problems().stream().map(ConfigProblem::toString).toList();
    }

    private record Balancers(String name, BiFunction<Settings, PluginContext, LoadBalancer> creation)
            implements LoadBalancerProvider {

        @Override
        public LoadBalancer create(Settings settings, PluginContext context) {
            return creation.apply(settings, context);
        }
    }
}
