package io.apexproxy.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Provider;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(InModuleLayer.class)
class RescanTest {

    @Test
    void nothingNewIsTheSameRegistry(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));
        Loaded loaded = Loaded.from(home);

        assertThat(loaded.rescan().registry()).isSameAs(loaded.registry());
    }

    @Test
    void aNewUnitIsFoundAndTheOldOnesStayTheVerySame(@TempDir Path home) throws Exception {
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
    void aReplacedUnitStaysAndIsReportedOnce(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));
        Loaded before = Loaded.from(home);
        PluginJar.module("com.example.first", "renamed").file("note", "longer")
                .writeTo(home.resolve("plugins/first.jar"));

        Loaded after = before.rescan();

        assertThat(after.names()).containsExactly("first");
        assertThat(provider(after, "first")).isSameAs(provider(before, "first"));
        assertThat(after.warnings()).containsExactly("plugins/first.jar: was replaced while in use: what was loaded"
                + " from it stays; needs a restart to take effect");
        assertThat(after.rescan().warnings()).isEmpty();
    }

    @Test
    void aRemovedUnitStaysAndIsReportedOnce(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));
        Loaded before = Loaded.from(home);
        Files.delete(home.resolve("plugins/first.jar"));

        Loaded after = before.rescan();

        assertThat(after.names()).containsExactly("first");
        assertThat(after.warnings()).containsExactly("plugins/first.jar: was removed while in use: what was loaded from"
                + " it stays; needs a restart to take effect");
        assertThat(after.rescan().registry()).isSameAs(after.registry());
    }

    @Test
    void aUnitThatFailedIsTriedAgainWhenItWasRepaired(@TempDir Path home) throws Exception {
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
    void aNewUnitDoesNotTakeTheNameOfOneInUse(@TempDir Path home) throws Exception {
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
        Creation<LoadBalancerProvider, LoadBalancer> creation = (provider, settings, context) -> {
            found.set(provider);
            return provider.create(settings, context);
        };
        loaded.registry().create(LoadBalancerProvider.class, Selections.of(name), Path.of("."), creation).close();
        return found.get();
    }
}
