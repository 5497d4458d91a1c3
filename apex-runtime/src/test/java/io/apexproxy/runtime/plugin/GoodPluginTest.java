package io.apexproxy.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.test.PluginJar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Valid plugins of all supported forms, loaded from real jars. */
@ExtendWith(InModuleLayer.class)
class GoodPluginTest {

    private static final String SHOW_LIBRARY =
            "public String description() { return \"library \" + com.example.library.Library.version(); }";

    @Test
    void modularJarIsListedWithAllFields(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first")
                .provider("first", "public String description() { return \"Always the first\"; }")
                .writeTo(home.resolve("plugins/first.jar"));

        Loaded loaded = Loaded.from(home);

        assertThat(loaded.listing("first")).isEqualTo(new PluginListing("load balancer", "first", "com.example.first",
                "0.2.0-SNAPSHOT", "plugins/first.jar", "", "Always the first"));
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void builtInProviderIsListedAsBuiltIn(@TempDir Path home) {
        Loaded loaded = Loaded.from(home.resolve("missing"));

        assertThat(loaded.listing("built-in-one").origin()).isEqualTo("built-in");
        assertThat(loaded.listing("built-in-one").module()).isEqualTo(InModuleLayer.BUILT_IN);
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void directoryIsPluginWithPrivateLibraries(@TempDir Path home) throws Exception {
        Path library = PluginJar.library("com.example.library", "1").writeTo(home.resolve("plugins/p/library.jar"));
        PluginJar.module("com.example.first", "first").provider("first", SHOW_LIBRARY).against(library)
                .requires("requires com.example.library;").writeTo(home.resolve("plugins/p/first.jar"));

        Loaded loaded = Loaded.from(home);

        assertThat(loaded.listing("first").description()).isEqualTo("library 1");
        assertThat(loaded.listing("first").origin()).isEqualTo("plugins/p");
    }

    @Test
    void twoPluginsUseDifferentVersionsOfSameLibrary(@TempDir Path home) throws Exception {
        for (String version : new String[] {"1", "2"}) {
            Path unit = home.resolve("plugins/p" + version);
            Path library = PluginJar.library("com.example.library", version).writeTo(unit.resolve("library.jar"));
            PluginJar.module("com.example.plugin", "plugin-" + version).provider("plugin-" + version, SHOW_LIBRARY)
                    .against(library).requires("requires com.example.library;").writeTo(unit.resolve("plugin.jar"));
        }

        Loaded loaded = Loaded.from(home);

        assertThat(loaded.listing("plugin-1").description()).isEqualTo("library 1");
        assertThat(loaded.listing("plugin-2").description()).isEqualTo("library 2");
    }

    @Test
    void privateLibraryTakesPrecedenceOverModuleOfHost(@TempDir Path home) throws Exception {
        // the library has the name of a module of the host
        Path library = PluginJar.library(InModuleLayer.BUILT_IN, "of the plugin")
                .writeTo(home.resolve("plugins/p/library.jar"));
        PluginJar.module("com.example.first", "first").against(library)
                .requires("requires " + InModuleLayer.BUILT_IN + ";")
                .provider("first", SHOW_LIBRARY.replace("com.example.library", InModuleLayer.BUILT_IN))
                .writeTo(home.resolve("plugins/p/first.jar"));

        assertThat(Loaded.from(home).listing("first").description()).isEqualTo("library of the plugin");
    }

    @Test
    void jarWithoutDescriptorLoadsOnItsOwnClassPath(@TempDir Path home) throws Exception {
        PluginJar.classPath("com.example.plain", "plain").writeTo(home.resolve("plugins/plain-1.0.jar"));

        Loaded loaded = Loaded.from(home);

        assertThat(loaded.listing("plain").module()).isEqualTo("class path");
        assertThat(loaded.listing("plain").apiVersion()).isEmpty();
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void jarWithAutomaticModuleNameLoads(@TempDir Path home) throws Exception {
        PluginJar.classPath("com.example.automatic", "automatic")
                .manifest("Automatic-Module-Name", "com.example.automatic")
                .writeTo(home.resolve("plugins/automatic.jar"));

        assertThat(Loaded.from(home).names()).containsExactly("automatic");
    }

    @Test
    void pluginWithoutDescriptorUsesModularLibrary(@TempDir Path home) throws Exception {
        Path library = PluginJar.library("com.example.library", "1").writeTo(home.resolve("plugins/p/library.jar"));
        PluginJar.classPath("com.example.plain", "plain").provider("plain", SHOW_LIBRARY).against(library)
                .writeTo(home.resolve("plugins/p/plain.jar"));

        assertThat(Loaded.from(home).listing("plain").description()).isEqualTo("library 1");
    }

    @Test
    void modularPluginUsesAutomaticLibraryNextToAutomaticPlugin(@TempDir Path home) throws Exception {
        Path library = PluginJar.empty("com.example.library")
                .source("Library", "public class Library { public static String version() { return \"1\"; } }")
                .manifest("Automatic-Module-Name", "com.example.library")
                .writeTo(home.resolve("plugins/p/library.jar"));
        PluginJar.module("com.example.first", "first").provider("first", SHOW_LIBRARY).against(library)
                .requires("requires com.example.library;").writeTo(home.resolve("plugins/p/first.jar"));
        PluginJar.classPath("com.example.automatic", "automatic").writeTo(home.resolve("plugins/p/automatic.jar"));

        Loaded loaded = Loaded.from(home);

        assertThat(loaded.listing("first").description()).isEqualTo("library 1");
        assertThat(loaded.listing("automatic").module()).isEqualTo("automatic");
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void automaticLibraryTakesPrecedenceOverModuleOfHost(@TempDir Path home) throws Exception {
        // two libraries without descriptor: inner has the name of a module of the host, outer uses inner and slf4j
        Path inner = PluginJar.empty(InModuleLayer.BUILT_IN)
                .source("Inner", "public class Inner { public static String version() { return \"of the plugin\"; } }")
                .manifest("Automatic-Module-Name", InModuleLayer.BUILT_IN).writeTo(home.resolve("plugins/p/inner.jar"));
        Path outer = PluginJar.empty("com.example.library").against(inner)
                .source("Library", """
                        public class Library {
                            public static String version() {
                                org.slf4j.LoggerFactory.getLogger("library").trace("called");
                                return com.example.builtin.Inner.version();
                            }
                        }
                        """)
                .manifest("Automatic-Module-Name", "com.example.library").writeTo(home.resolve("plugins/p/outer.jar"));
        PluginJar.module("com.example.first", "first").provider("first", SHOW_LIBRARY).against(outer)
                .requires("requires com.example.library;").writeTo(home.resolve("plugins/p/first.jar"));

        Loaded loaded = Loaded.from(home);

        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.listing("first").description()).isEqualTo("library of the plugin");
    }

    @Test
    void pluginOnClassPathSeesOnlyApiAndLoggingOfApex(@TempDir Path home) throws Exception {
        PluginJar.classPath("com.example.curious", "curious").provider("curious", """
                public String description() {
                    org.slf4j.LoggerFactory.getLogger("curious").trace("hello");
                    try {
                        Class.forName("io.apexproxy.runtime.plugin.ProviderRegistry");
                        return "sees the runtime";
                    } catch (ClassNotFoundException e) {
                        return "sees no runtime";
                    }
                }
                """).writeTo(home.resolve("plugins/curious.jar"));

        assertThat(Loaded.from(home).listing("curious").description()).isEqualTo("sees no runtime");
    }

    @Test
    void apiOfHostTakesPrecedenceOverCopyOnClassPath(@TempDir Path home) throws Exception {
        PluginJar.classPath("com.example.fat", "fat").withCopyOfApi().writeTo(home.resolve("plugins/fat.jar"));

        Loaded loaded = Loaded.from(home);

        assertThat(loaded.names()).containsExactly("fat");
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void pluginUsesJdkModuleThatApexDoesNotUse(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.web", "web").requires("requires java.net.http;")
                .provider("web", """
                        public String description() {
                            return java.net.http.HttpClient.Redirect.NEVER.name();
                        }
                        """)
                .writeTo(home.resolve("plugins/web.jar"));

        assertThat(Loaded.from(home).listing("web").description()).isEqualTo("NEVER");
    }

    @Test
    void providerMethodThatDeclaresInterfaceIsFound(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.hidden", "hidden")
                .provider("hidden", """
                        private Plugin(int hidden) { }
                        public static LoadBalancerProvider provider() { return new Plugin(1); }
                        """)
                .writeTo(home.resolve("plugins/hidden.jar"));

        assertThat(Loaded.from(home).names()).containsExactly("hidden");
    }

    @Test
    void hiddenDisabledAndTextFilesAreIgnored(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/first.jar.disabled"));
        PluginJar.module("com.example.second", "second").writeTo(home.resolve("plugins/.second.jar"));
        Files.createDirectory(home.resolve("plugins/third.disabled"));
        Files.writeString(home.resolve("plugins/README.md"), "Put plugins here.");
        Files.writeString(home.resolve("plugins/notes.txt"), "Mine.");

        Loaded loaded = Loaded.from(home);

        assertThat(loaded.names()).isEmpty();
        assertThat(loaded.refused()).isEmpty();
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void contextClassLoaderIsThatOfPluginDuringCreateOnly(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));
        ProviderRegistry registry = Loaded.from(home).registry();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        AtomicReference<ClassLoader> during = new AtomicReference<>();
        AtomicReference<ClassLoader> own = new AtomicReference<>();

        registry.create(LoadBalancerProvider.class, Selections.of("first"), home, (provider, settings, context) -> {
            during.set(Thread.currentThread().getContextClassLoader());
            own.set(provider.getClass().getClassLoader());
            return provider.create(settings, context);
        }).close();

        assertThat(during.get()).isSameAs(own.get()).isNotSameAs(before);
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }
}
