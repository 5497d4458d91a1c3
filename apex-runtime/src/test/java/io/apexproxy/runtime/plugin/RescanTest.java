package io.apexproxy.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Provider;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.test.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(InModuleLayer.class)
class RescanTest {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @Test
    void rescanWithoutChangesReturnsSameRegistry(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));
        Loaded loaded = Loaded.from(home);

        assertThat(loaded.rescan().registry()).isSameAs(loaded.registry());
    }

    @Test
    void newUnitIsLoadedAndExistingProvidersAreKept(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));
        Loaded before = Loaded.from(home);
        PluginJar.module("com.example.second", "second").writeTo(home.resolve("plugins/second.jar"));

        Loaded after = before.rescan();

        assertThat(before.names()).containsExactly("first");
        assertThat(after.names()).containsExactly("first", "second");
        assertThat(after.listing("built-in-one").origin()).isEqualTo("built-in");
        assertThat(provider(after, "first")).isSameAs(provider(before, "first"));
        assertThat(after.warnings()).isEmpty();
    }

    @Test
    void connectorIsKept(@TempDir Path home) throws Exception {
        AtomicInteger instances = new AtomicInteger();
        Loaded loaded = Loaded.from(home);
        ProviderRegistry before = loaded.registry().withConnector(executor -> {
            instances.incrementAndGet();
            return BackendConnector.NONE.of(executor);
        });
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));

        ProviderRegistry after = before.rescan();

        assertThat(after).isNotSameAs(before);
        after.create(LoadBalancerProvider.class, Selections.of("first"), home, LoadBalancerProvider::create).close();
        assertThat(instances).hasValue(1);
    }

    @Test
    void replacedUnitInUseIsLoggedOnceAndReplacedAfterItsLastUse(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));
        Loaded before = Loaded.from(home);
        PluginInstance<LoadBalancer> instance = create(before, "first");
        PluginJar.module("com.example.first", "renamed").file("note", "longer")
                .writeTo(home.resolve("plugins/first.jar"));

        Loaded after = before.rescan();

        assertThat(after.names()).containsExactly("first");
        assertThat(provider(after, "first")).isSameAs(provider(before, "first"));
        assertThat(after.warnings()).containsExactly("plugins/first.jar: was replaced while in use; the loaded"
                + " version is kept until it is unused or Apex restarts");
        Loaded again = after.rescan();
        assertThat(again.warnings()).isEmpty();
        assertThat(again.registry()).isSameAs(after.registry());

        instance.close();

        Loaded last = again.rescan();
        assertThat(last.names()).containsExactly("renamed");
        assertThat(last.warnings()).isEmpty();
    }

    @Test
    void removedUnitInUseIsLoggedOnceAndUnloadedAfterItsLastUse(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));
        Loaded before = Loaded.from(home);
        PluginInstance<LoadBalancer> instance = create(before, "first");
        Files.delete(home.resolve("plugins/first.jar"));

        Loaded after = before.rescan();

        assertThat(after.names()).containsExactly("first");
        assertThat(after.warnings()).containsExactly("plugins/first.jar: was removed while in use; the loaded version"
                + " is kept until it is unused or Apex restarts");
        assertThat(after.rescan().registry()).isSameAs(after.registry());

        instance.close();

        assertThat(after.rescan().names()).isEmpty();
        assertThatThrownBy(() -> create(before, "first")).isInstanceOf(ConfigException.class)
                .hasMessageContaining("load balancer 'first' (plugins/first.jar) was unloaded");
    }

    @Test
    void replacedUnitThatIsNotInUseIsLoadedAgain(@TempDir Path home) throws Exception {
        PluginJar.classPath("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));
        Loaded before = Loaded.from(home);
        PluginJar.classPath("com.example.first", "renamed").file("note", "longer")
                .writeTo(home.resolve("plugins/first.jar"));

        Loaded after = before.rescan();

        assertThat(after.names()).containsExactly("renamed");
        assertThat(after.warnings()).isEmpty();
    }

    @Test
    void unitIsInUseWhileThreadOfItsExecutorRuns(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));
        Loaded loaded = Loaded.from(home);
        PluginInstance<LoadBalancer> instance = create(loaded, "first");
        CountDownLatch finish = new CountDownLatch(1);
        Future<?> task = instance.executor().submit(() -> awaitUninterruptibly(finish));
        Files.delete(home.resolve("plugins/first.jar"));

        instance.close();

        assertThat(loaded.rescan().names()).containsExactly("first");
        finish.countDown();
        await().until(() -> loaded.rescan().names().isEmpty());
        assertThat(task).isDone();
    }

    @Test
    void thirtyVersionsLeakNoFileDescriptor(@TempDir Path home) throws Exception {
        assumeTrue(Files.isDirectory(DESCRIPTORS), "the system shows open files in /proc");
        Path plugins = Files.createDirectory(home.resolve("plugins"));
        Loaded loaded = Loaded.from(home);
        for (int version = 1; version <= 30; version++) {
            String name = "v" + version;
            Path jar = plugins.resolve(name + ".jar");
            (version % 2 == 0 ? PluginJar.module("com.example.versions", name)
                    : PluginJar.classPath("com.example.versions", name)).writeTo(jar);
            loaded = loaded.rescan();

            create(loaded, name).close();

            assertThat(openBelow(home)).isLessThanOrEqualTo(1);
            Files.delete(jar);
        }

        assertThat(loaded.rescan().names()).isEmpty();
        assertThat(openBelow(home)).isZero();
    }

    /** Returns the number of open files below a directory, including deleted files. */
    private static long openBelow(Path directory) throws Exception {
        String root = directory.toRealPath().toString();
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            return descriptors.filter(descriptor -> target(descriptor).startsWith(root)).count();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean done = false;
        while (!done) {
            try {
                latch.await();
                done = true;
            } catch (InterruptedException e) {
                done = false; // simulates a plugin that ignores interrupts
            }
        }
    }

    private static PluginInstance<LoadBalancer> create(Loaded loaded, String name) {
        return loaded.registry().create(LoadBalancerProvider.class, Selections.of(name), Path.of("."),
                LoadBalancerProvider::create);
    }

    @Test
    void repairedUnitIsLoaded(@TempDir Path home) throws Exception {
        Files.createDirectory(home.resolve("plugins"));
        Files.writeString(home.resolve("plugins/first.jar"), "half of an upload");
        Loaded before = Loaded.from(home);
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));

        Loaded after = before.rescan();

        assertThat(before.names()).isEmpty();
        assertThat(after.names()).containsExactly("first");
        assertThat(after.refused()).isEmpty();
        assertThat(after.warnings()).isEmpty();
    }

    @Test
    void newUnitWithNameOfExistingProviderIsRefused(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "same").writeTo(home.resolve("plugins/first.jar"));
        Loaded before = Loaded.from(home);
        PluginJar.module("com.example.second", "same").writeTo(home.resolve("plugins/second.jar"));

        Loaded after = before.rescan();

        assertThat(provider(after, "same")).isSameAs(provider(before, "same"));
        assertThat(after.refused()).containsExactly("plugins/second.jar: load balancer 'same'"
                + " (com.example.second.Plugin) is also in plugins/first.jar (com.example.first.Plugin);"
                + " remove one of them");
    }

    private static Provider provider(Loaded loaded, String name) {
        AtomicReference<Provider> found = new AtomicReference<>();
        CreateMethod<LoadBalancerProvider, LoadBalancer> creation = (provider, settings, context) -> {
            found.set(provider);
            return provider.create(settings, context);
        };
        loaded.registry().create(LoadBalancerProvider.class, Selections.of(name), Path.of("."), creation).close();
        return found.get();
    }
}
