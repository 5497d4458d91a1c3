package io.apexproxy.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.test.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Invalid entries of the plugins directory are reported with their cause, and all other units load. */
@ExtendWith(InModuleLayer.class)
class BrokenPluginTest {

    @Test
    void truncatedJarIsRefused(@TempDir Path home) throws Exception {
        Path jar = PluginJar.module("com.example.broken", "broken").writeTo(home.resolve("plugins/broken.jar"));
        byte[] content = Files.readAllBytes(jar);
        Files.write(jar, Arrays.copyOf(content, content.length / 2));

        assertOnlyGoodLoads(home, "plugins/broken.jar: not a complete jar (zip END header not found);"
                + " copy it again");
    }

    @Test
    void textFileWithNameOfJarIsRefused(@TempDir Path home) throws Exception {
        write(home.resolve("plugins/text.jar"), "<html>404 Not Found</html>");

        assertOnlyGoodLoads(home, "plugins/text.jar: not a complete jar (zip END header not found);"
                + " copy it again");
    }

    @Test
    void emptyFileWithNameOfJarIsRefused(@TempDir Path home) throws Exception {
        write(home.resolve("plugins/empty.jar"), "");

        assertOnlyGoodLoads(home, "plugins/empty.jar: not a complete jar (zip file is empty);"
                + " copy it again");
    }

    @Test
    void brokenLinkIsRefused(@TempDir Path home) throws Exception {
        Path plugins = Files.createDirectory(home.resolve("plugins"));
        Files.createSymbolicLink(plugins.resolve("link.jar"), home.resolve("gone.jar"));

        assertOnlyGoodLoads(home, "plugins/link.jar: no such file: " + plugins.resolve("link.jar"));
    }

    @Test
    void pipeWithNameOfJarIsRefused(@TempDir Path home) throws Exception {
        Path plugins = Files.createDirectory(home.resolve("plugins"));
        assumeTrue(new ProcessBuilder("mkfifo", plugins.resolve("pipe.jar").toString()).start().waitFor() == 0,
                "mkfifo works");

        assertOnlyGoodLoads(home, "plugins/pipe.jar: expected a jar, found a pipe, a socket or a device; remove it");
    }

    @Test
    void oversizedServicesFileOfAnyNameIsRefused(@TempDir Path home) throws Exception {
        for (String service : List.of("io.apexproxy.api.balance.LoadBalancerProvider", "java.lang.Runnable")) {
            PluginJar.classPath("com.example.large", "large")
                    .file("META-INF/services/" + service, "\n".repeat(65_537))
                    .writeTo(home.resolve("plugins/large.jar"));

            assertOnlyGoodLoads(home, "plugins/large.jar: expected at most 64 KiB in a file of META-INF/services, and"
                    + " 1 MiB in all of them, found more in META-INF/services/" + service + "; replace the jar");
        }
    }

    @Test
    void oversizedTotalOfServicesFilesIsRefused(@TempDir Path home) throws Exception {
        PluginJar jar = PluginJar.classPath("com.example.large", "large");
        for (int file = 0; file < 17; file++) {
            jar.file("META-INF/services/com.example.Service" + file, "#".repeat(65_536));
        }
        jar.writeTo(home.resolve("plugins/large.jar"));

        assertThat(Loaded.from(home).refused()).singleElement().asString()
                .startsWith("plugins/large.jar: expected at most 64 KiB in a file of META-INF/services, and 1 MiB");
    }

    @Test
    void directoryWithoutPermissionIsRefused(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/first.jar"));
        Path plugins = home.resolve("plugins");
        for (String permissions : List.of("rw-------", "--x------", "---------")) {
            Files.setPosixFilePermissions(plugins, PosixFilePermissions.fromString(permissions));
            boolean superuser = Files.isExecutable(plugins) && Files.isReadable(plugins);
            Loaded loaded = Loaded.from(home);
            Files.setPosixFilePermissions(plugins, PosixFilePermissions.fromString("rwx------"));
            assumeFalse(superuser, "the superuser has permission for every directory");

            assertThat(loaded.refused()).as(permissions).singleElement().asString().contains("permission denied");
            assertThat(loaded.warnings()).as(permissions).singleElement().asString().contains("permission denied");
        }
    }

    @Test
    void directoriesWithoutJarAreRefused(@TempDir Path home) throws Exception {
        Files.createDirectories(home.resolve("plugins/directory"));
        Files.createDirectories(home.resolve("plugins/directory.jar"));

        assertOnlyGoodLoads(home,
                "plugins/directory: a directory without a jar",
                "plugins/directory.jar: a directory without a jar");
    }

    @Test
    void fileThatIsNotAJarIsRefused(@TempDir Path home) throws Exception {
        write(home.resolve("plugins/plugin.zip"), "");

        assertOnlyGoodLoads(home, "plugins/plugin.zip: neither a jar nor a directory with jars;"
                + " remove it or add '.disabled' to its name");
    }

    @Test
    void pluginsDirectoryThatIsAFileIsRefused(@TempDir Path home) throws Exception {
        write(home.resolve("plugins"), "");

        assertThat(Loaded.from(home).refused()).containsExactly("plugins: cannot be listed:"
                + " java.nio.file.NotDirectoryException: " + home.resolve("plugins"));
    }

    @Test
    void damagedLibraryDoesNotAffectItsPlugin(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/p/first.jar"));
        write(home.resolve("plugins/p/library.jar"), "no zip");

        Loaded loaded = Loaded.from(home);

        assertThat(loaded.names()).containsExactly("first");
        assertThat(loaded.refused()).containsExactly("plugins/p/library.jar: not a complete jar"
                + " (zip END header not found); copy it again");
    }

    @Test
    void libraryWithoutPluginIsRefused(@TempDir Path home) throws Exception {
        PluginJar.library("com.example.library", "1").writeTo(home.resolve("plugins/library.jar"));

        assertOnlyGoodLoads(home, "plugins/library.jar: no plugin in it: no module descriptor 'provides' a provider,"
                + " and there is no file META-INF/services/io.apexproxy.api…Provider");
    }

    @Test
    void invalidDescriptorAndInvalidServicesFileAreRefused(@TempDir Path home) throws Exception {
        PluginJar.empty("").file("module-info.class", "not a class").writeTo(home.resolve("plugins/descriptor.jar"));
        PluginJar.empty("").file("META-INF/services/io.apexproxy.api.health.HealthCheckProvider", "not a class")
                .writeTo(home.resolve("plugins/services.jar"));

        Loaded loaded = loadWithGood(home);

        assertThat(loaded.names()).containsExactly("good");
        assertThat(loaded.refused()).hasSize(2);
        assertThat(loaded.refused().get(0)).startsWith("plugins/descriptor.jar: Error reading module: ");
        assertThat(loaded.refused().get(1)).startsWith("plugins/services.jar: ").contains("Illegal configuration-file");
    }

    @Test
    void moduleWithCopyOfApiIsRefused(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.fat", "fat").withCopyOfApi().writeTo(home.resolve("plugins/fat.jar"));

        assertOnlyGoodLoads(home, "plugins/fat.jar: module com.example.fat contains a copy of apex-api, which hides the"
                + " plugin from Apex; build the jar without it (in Maven: scope 'provided')");
    }

    @Test
    void pluginForOtherMajorVersionOfApiIsRefused(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.old", "old").againstApi("2.0.0", home).writeTo(home.resolve("plugins/old.jar"));

        assertOnlyGoodLoads(home, "plugins/old.jar: built for apex-api 2.0, this is 0.2");
    }

    @Test
    void pluginForNewerMinorVersionOfApiIsRefused(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.early", "early").againstApi("0.3.0-SNAPSHOT", home)
                .writeTo(home.resolve("plugins/early.jar"));

        assertOnlyGoodLoads(home, "plugins/early.jar: built for apex-api 0.3, this is 0.2");
    }

    @Test
    void classesForNewerJavaAreRefused(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.early", "early").classFileVersion(99).writeTo(home.resolve("plugins/early.jar"));
        PluginJar.classPath("com.example.early", "early").classFileVersion(99)
                .writeTo(home.resolve("plugins/plain.jar"));

        Loaded loaded = loadWithGood(home);

        assertThat(loaded.names()).containsExactly("good");
        assertThat(loaded.refused()).hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("com/example/early/Plugin", "99.0"));
    }

    @Test
    void missingModuleIsReported(@TempDir Path home) throws Exception {
        Path library = PluginJar.library("com.example.library", "1").writeTo(home.resolve("library.jar"));
        PluginJar.module("com.example.lonely", "lonely").requires("requires com.example.library;").against(library)
                .writeTo(home.resolve("plugins/lonely.jar"));

        assertOnlyGoodLoads(home, "plugins/lonely.jar: module com.example.lonely requires com.example.library, which is"
                + " missing: put its jar and the jar of the plugin into one subdirectory of plugins/");
    }

    @Test
    void twoJarsWithSameModuleNameAreRefused(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.twin", "one").writeTo(home.resolve("plugins/p/a.jar"));
        PluginJar.module("com.example.twin", "two").writeTo(home.resolve("plugins/p/b.jar"));

        assertOnlyGoodLoads(home, "plugins/p: two jars contain module com.example.twin: plugins/p/a.jar and"
                + " plugins/p/b.jar; remove one of them");
    }

    @Test
    void twoModulesWithSamePackageAreRefused(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.first", "first").writeTo(home.resolve("plugins/p/first.jar"));
        PluginJar.empty("com.example.first").source("Other", "class Other { }")
                .source("module-info", "module com.example.second { }").writeTo(home.resolve("plugins/p/second.jar"));

        Loaded loaded = loadWithGood(home);

        assertThat(loaded.names()).containsExactly("good");
        assertThat(loaded.refused()).singleElement().asString().startsWith("plugins/p: Package com.example.first in ");
    }

    @Test
    void twoPluginsWithSameNameAreRefused(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.one", "same").writeTo(home.resolve("plugins/one.jar"));
        PluginJar.classPath("com.example.two", "same").writeTo(home.resolve("plugins/two.jar"));

        assertOnlyGoodLoads(home,
                "plugins/one.jar: load balancer 'same' (com.example.one.Plugin) is also in plugins/two.jar"
                        + " (com.example.two.Plugin); remove one of them",
                "plugins/two.jar: load balancer 'same' (com.example.two.Plugin) is also in plugins/one.jar"
                        + " (com.example.one.Plugin); remove one of them");
    }

    @Test
    void pluginWithNameOfBuiltInProviderIsRefused(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.usurper", "built-in-one").writeTo(home.resolve("plugins/usurper.jar"));

        Loaded loaded = loadWithGood(home);

        assertThat(loaded.listing("built-in-one").origin()).isEqualTo("built-in");
        assertThat(loaded.refused()).containsExactly("plugins/usurper.jar: load balancer 'built-in-one' is built in;"
                + " remove this one or rename its provider");
    }

    @Test
    void copyOfBuiltInModuleIsRefused(@TempDir Path home) throws Exception {
        PluginJar.module(InModuleLayer.BUILT_IN, "built-in-one").writeTo(home.resolve("plugins/copy.jar"));

        assertOnlyGoodLoads(home, "plugins/copy.jar: load balancer 'built-in-one' is built in;"
                + " remove this one or rename its provider");
    }

    @Test
    void invalidProviderNameIsRefused(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.loud", "LOUD_one").writeTo(home.resolve("plugins/loud.jar"));

        assertOnlyGoodLoads(home, "plugins/loud.jar: com.example.loud.Plugin: expected a name of lower-case words such"
                + " as 'round-robin', found 'LOUD_one'");
    }

    @Test
    void constructorThatThrowsIsRefused(@TempDir Path home) throws Exception {
        writeThrower(home, "public Plugin() { throw new IllegalStateException(\"no licence\\nfound\"); }");

        assertOnlyGoodLoads(home, "plugins/thrower.jar: io.apexproxy.api.balance.LoadBalancerProvider: Provider"
                + " com.example.thrower.Plugin could not be instantiated, caused by"
                + " java.lang.IllegalStateException: no licence\\nfound");
    }

    @Test
    void staticInitializerThatThrowsIsRefused(@TempDir Path home) throws Exception {
        writeThrower(home, "static { if (true) { throw new IllegalStateException(\"no licence\"); } }");

        assertOnlyGoodLoads(home, "plugins/thrower.jar: io.apexproxy.api.balance.LoadBalancerProvider: Provider"
                + " com.example.thrower.Plugin could not be instantiated, caused by"
                + " java.lang.ExceptionInInitializerError, caused by java.lang.IllegalStateException: no licence");
    }

    @Test
    void descriptionThatThrowsIsRefused(@TempDir Path home) throws Exception {
        writeThrower(home, "public String description() { throw new IllegalStateException(\"mute\"); }");

        assertOnlyGoodLoads(home, "plugins/thrower.jar: com.example.thrower.Plugin:"
                + " java.lang.IllegalStateException: mute");
    }

    @Test
    void providerWithMissingClassIsRefused(@TempDir Path home) throws Exception {
        PluginJar.module("com.example.hollow", "hollow").source("Other", "class Other { }").without("Plugin")
                .writeTo(home.resolve("plugins/hollow.jar"));
        PluginJar.classPath("com.example.nothing", "nothing").without("Plugin")
                .writeTo(home.resolve("plugins/nothing.jar"));

        Loaded loaded = loadWithGood(home);

        assertThat(loaded.names()).containsExactly("good");
        assertThat(loaded.refused()).allSatisfy(line -> assertThat(line).contains("Provider com.example."));
        assertThat(loaded.refused()).extracting(line -> line.replaceFirst(": .*", ""))
                .containsExactlyInAnyOrder("plugins/hollow.jar", "plugins/nothing.jar");
    }

    @Test
    void failedProviderDoesNotAffectOtherProviderOfSameJar(@TempDir Path home) throws Exception {
        PluginJar.classPath("com.example.half", "half")
                .file("META-INF/services/io.apexproxy.api.balance.LoadBalancerProvider",
                        "com.example.half.Missing\ncom.example.half.Plugin\n")
                .writeTo(home.resolve("plugins/half.jar"));

        Loaded loaded = Loaded.from(home);

        assertThat(loaded.names()).containsExactly("half");
        assertThat(loaded.refused()).singleElement().asString().contains("Provider com.example.half.Missing not found");
    }

    private static void writeThrower(Path home, String members) throws IOException {
        PluginJar.module("com.example.thrower", "thrower").provider("thrower", members)
                .writeTo(home.resolve("plugins/thrower.jar"));
    }

    private static void assertOnlyGoodLoads(Path home, String... refused) throws IOException {
        Loaded loaded = loadWithGood(home);

        assertThat(loaded.names()).containsExactly("good");
        assertThat(loaded.refused()).containsExactlyInAnyOrder(refused);
        assertThat(loaded.warnings()).containsExactlyInAnyOrder(
                Arrays.stream(refused).map(line -> line + ": not loaded").toArray(String[]::new));
    }

    private static Loaded loadWithGood(Path home) throws IOException {
        PluginJar.module("com.example.good", "good").writeTo(home.resolve("plugins/good.jar"));
        return Loaded.from(home);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
