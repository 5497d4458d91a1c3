package io.apexproxy.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.runtime.plugin.PluginListing.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Plugins of every build, each loaded from a real jar and seen as the user sees them. */
@ExtendWith(InModuleLayer.class)
class GoodPluginTest {

    private static final String SHOW_LIBRARY =
            "public String description() { return \"library \" + com.example.library.Library.version(); }";

    @Test
    void aModularJarIsListedWithAllThatIsKnownOfIt(@TempDir Path plugins) throws Exception {
        PluginJar.module("com.example.first", "first")
                .provider("first", "public String description() { return \"Always the first\"; }")
                .writeTo(plugins.resolve("first.jar"));

        Loaded loaded = Loaded.from(plugins);

        assertThat(loaded.listing("first")).isEqualTo(new PluginListing("load balancer", "first", "com.example.first",
                "0.1.0", origin(plugins, "first.jar"), State.LOADED, "", "Always the first"));
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void whatIsBuiltInIsListedAsSuch(@TempDir Path plugins) {
        Loaded loaded = Loaded.from(plugins.resolve("missing"));

        assertThat(loaded.listing("built-in-one").origin()).isEqualTo("built-in");
        assertThat(loaded.listing("built-in-one").module()).isEqualTo(PluginJar.BUILT_IN);
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void aDirectoryIsAPluginWithItsPrivateLibraries(@TempDir Path plugins) throws Exception {
        Path library = PluginJar.library("com.example.library", "1").writeTo(plugins.resolve("p/library.jar"));
        PluginJar.module("com.example.first", "first").provider("first", SHOW_LIBRARY).against(library)
                .requires("requires com.example.library;").writeTo(plugins.resolve("p/first.jar"));

        Loaded loaded = Loaded.from(plugins);

        assertThat(loaded.listing("first").description()).isEqualTo("library 1");
        assertThat(loaded.listing("first").origin()).isEqualTo(origin(plugins, "p"));
    }

    @Test
    void twoPluginsEachHaveTheirOwnVersionOfALibrary(@TempDir Path plugins) throws Exception {
        for (String version : new String[] {"1", "2"}) {
            Path unit = plugins.resolve("p" + version);
            Path library = PluginJar.library("com.example.library", version).writeTo(unit.resolve("library.jar"));
            PluginJar.module("com.example.plugin", "plugin-" + version).provider("plugin-" + version, SHOW_LIBRARY)
                    .against(library).requires("requires com.example.library;").writeTo(unit.resolve("plugin.jar"));
        }

        Loaded loaded = Loaded.from(plugins);

        assertThat(loaded.listing("plugin-1").description()).isEqualTo("library 1");
        assertThat(loaded.listing("plugin-2").description()).isEqualTo("library 2");
    }

    @Test
    void aPrivateLibraryWinsOverTheSameModuleOfTheHost(@TempDir Path plugins) throws Exception {
        // given a library with the name of a module that the host has
        Path library = PluginJar.library(PluginJar.BUILT_IN, "of the plugin").writeTo(plugins.resolve("p/library.jar"));
        PluginJar.module("com.example.first", "first").against(library).requires("requires " + PluginJar.BUILT_IN + ";")
                .provider("first", SHOW_LIBRARY.replace("com.example.library", PluginJar.BUILT_IN))
                .writeTo(plugins.resolve("p/first.jar"));

        assertThat(Loaded.from(plugins).listing("first").description()).isEqualTo("library of the plugin");
    }

    @Test
    void aJarWithoutDescriptorLoadsOnAClassPathOfItsOwn(@TempDir Path plugins) throws Exception {
        PluginJar.classPath("com.example.plain", "plain").writeTo(plugins.resolve("plain-1.0.jar"));

        Loaded loaded = Loaded.from(plugins);

        assertThat(loaded.listing("plain").module()).isEqualTo("class path");
        assertThat(loaded.listing("plain").apiVersion()).isEmpty();
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void aJarWithAnAutomaticModuleNameLoads(@TempDir Path plugins) throws Exception {
        PluginJar.classPath("com.example.automatic", "automatic").manifest("Automatic-Module-Name", "com.example.automatic")
                .writeTo(plugins.resolve("automatic.jar"));

        assertThat(Loaded.from(plugins).names()).containsExactly("automatic");
    }

    @Test
    void aPluginWithoutDescriptorMayHaveModularLibraries(@TempDir Path plugins) throws Exception {
        Path library = PluginJar.library("com.example.library", "1").writeTo(plugins.resolve("p/library.jar"));
        PluginJar.classPath("com.example.plain", "plain").provider("plain", SHOW_LIBRARY).against(library)
                .writeTo(plugins.resolve("p/plain.jar"));

        assertThat(Loaded.from(plugins).listing("plain").description()).isEqualTo("library 1");
    }

    @Test
    void aModularPluginMayHaveAutomaticLibrariesAndNeighbours(@TempDir Path plugins) throws Exception {
        Path library = PluginJar.empty("com.example.library")
                .source("Library", "public class Library { public static String version() { return \"1\"; } }")
                .manifest("Automatic-Module-Name", "com.example.library").writeTo(plugins.resolve("p/library.jar"));
        PluginJar.module("com.example.first", "first").provider("first", SHOW_LIBRARY).against(library)
                .requires("requires com.example.library;").writeTo(plugins.resolve("p/first.jar"));
        PluginJar.classPath("com.example.automatic", "automatic").writeTo(plugins.resolve("p/automatic.jar"));

        Loaded loaded = Loaded.from(plugins);

        assertThat(loaded.listing("first").description()).isEqualTo("library 1");
        assertThat(loaded.listing("automatic").module()).isEqualTo("automatic");
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void aPluginOnAClassPathSeesTheApiAndTheLogButNothingElseOfApex(@TempDir Path plugins) throws Exception {
        PluginJar.classPath("com.example.nosy", "nosy").provider("nosy", """
                public String description() {
                    org.slf4j.LoggerFactory.getLogger("nosy").debug("hello");
                    try {
                        Class.forName("io.apexproxy.runtime.plugin.ProviderRegistry");
                        return "sees the runtime";
                    } catch (ClassNotFoundException e) {
                        return "sees no runtime";
                    }
                }
                """).writeTo(plugins.resolve("nosy.jar"));

        assertThat(Loaded.from(plugins).listing("nosy").description()).isEqualTo("sees no runtime");
    }

    @Test
    void aCopyOfTheApiOnAClassPathIsHarmlessAsTheHostsWins(@TempDir Path plugins) throws Exception {
        PluginJar.classPath("com.example.fat", "fat").withCopyOfApi().writeTo(plugins.resolve("fat.jar"));

        Loaded loaded = Loaded.from(plugins);

        assertThat(loaded.names()).containsExactly("fat");
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void modulesOfTheJdkThatApexItselfDoesNotUseAreThere(@TempDir Path plugins) throws Exception {
        PluginJar.module("com.example.web", "web").requires("requires java.net.http;")
                .provider("web", "public String description() { return java.net.http.HttpClient.Version.HTTP_2.name(); }")
                .writeTo(plugins.resolve("web.jar"));

        assertThat(Loaded.from(plugins).listing("web").description()).isEqualTo("HTTP_2");
    }

    @Test
    void aProviderMethodMayHideTheClassBehindAnInterface(@TempDir Path plugins) throws Exception {
        PluginJar.module("com.example.hidden", "hidden")
                .provider("hidden", """
                        private Plugin(int hidden) { }
                        public static LoadBalancerProvider provider() { return new Plugin(1); }
                        """)
                .writeTo(plugins.resolve("hidden.jar"));

        assertThat(Loaded.from(plugins).names()).containsExactly("hidden");
    }

    @Test
    void hiddenDisabledAndTextFilesAreIgnored(@TempDir Path plugins) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(plugins.resolve("first.jar.disabled"));
        PluginJar.module("com.example.second", "second").writeTo(plugins.resolve(".second.jar"));
        Files.createDirectory(plugins.resolve("third.disabled"));
        Files.writeString(plugins.resolve("README.md"), "Put plugins here.");
        Files.writeString(plugins.resolve("notes.txt"), "Mine.");

        Loaded loaded = Loaded.from(plugins);

        assertThat(loaded.names()).isEmpty();
        assertThat(loaded.refused()).isEmpty();
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void theContextClassLoaderIsThePluginsDuringCreateOnly(@TempDir Path plugins) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(plugins.resolve("first.jar"));
        ProviderRegistry registry = Loaded.from(plugins).registry();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        AtomicReference<ClassLoader> during = new AtomicReference<>();
        AtomicReference<ClassLoader> own = new AtomicReference<>();

        registry.create(LoadBalancerProvider.class, Selections.of("first"), plugins, (provider, settings, context) -> {
            during.set(Thread.currentThread().getContextClassLoader());
            own.set(provider.getClass().getClassLoader());
            return provider.create(settings, context);
        }).close();

        assertThat(during.get()).isSameAs(own.get()).isNotSameAs(before);
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    private static String origin(Path plugins, String name) {
        return plugins.getFileName() + "/" + name;
    }
}
