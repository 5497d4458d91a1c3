package io.apexproxy.dist;

import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.PluginJar;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** A plugins directory with valid and invalid files of many kinds. */
final class AssortedPlugins {

    private static final String FIRST = "healthy.get(0)";
    private static final String SECOND = "healthy.get(1)";

    private final Path plugins;

    private AssortedPlugins(Path plugins) {
        this.plugins = plugins;
    }

    static void writeTo(Path plugins) throws IOException {
        AssortedPlugins all = new AssortedPlugins(plugins);
        all.writeGood();
        all.writeDamaged();
        all.writeUnfitting();
        all.writeClashing();
    }

    private void writeGood() throws IOException {
        jar("first", FIRST);
        writeWithLibrary("library-one", 0);
        writeWithLibrary("library-two", 1);
        PluginJar.balancer("com.example.client", "http-client", SECOND)
                .requires("com.example.client", "requires java.net.http;")
                .source("com.example.client", "Plugin", """
                        import io.apexproxy.api.*;
                        import io.apexproxy.api.balance.*;
                        import java.net.http.HttpClient;

                        public final class Plugin implements LoadBalancerProvider {
                            public String name() { return "http-client"; }
                            public LoadBalancer create(Settings settings, PluginContext context) {
                                boolean usable = HttpClient.newHttpClient().version() == HttpClient.Version.HTTP_2;
                                return healthy -> connection -> healthy.get(usable ? 1 : 0);
                            }
                        }
                        """).writeTo(plugins.resolve("http-client.jar"));
        // units are isolated from each other, so several can have a module of this name
        PluginJar.balancer("com.example.twin", "twin-a", FIRST).writeTo(plugins.resolve("twin-a.jar"));
        PluginJar.balancer("com.example.twin", "twin-b", SECOND).writeTo(plugins.resolve("twin-b.jar"));
        Files.copy(Distribution.built().resolve("contrib/apex-lb-random.jar"), plugins.resolve("apex-lb-random.jar"));
    }

    private void writeWithLibrary(String name, int index) {
        Path library = PluginJar.library("com.example.library", index).writeTo(plugins.resolve(name + "/library.jar"));
        PluginJar.balancer("com.example.user", name, "healthy.get(com.example.library.Library.index())")
                .requires("com.example.user", "requires com.example.library;")
                .against(library).writeTo(plugins.resolve(name + "/plugin.jar"));
    }

    private void writeDamaged() throws IOException {
        Files.writeString(plugins.resolve("text.jar"), "this is no jar");
        byte[] whole = Files.readAllBytes(plugins.resolve("first.jar"));
        Files.write(plugins.resolve("truncated.jar"), Arrays.copyOf(whole, whole.length / 2));
        PluginJar.edit(jar("newer-java", FIRST), root -> {
            Path file = root.resolve("com/example/newerjava/Plugin.class");
            byte[] content = Files.readAllBytes(file);
            content[7] = 99; // the low byte of the class file's major version
            Files.write(file, content);
        });
        PluginJar.edit(jar("class-missing", FIRST),
                root -> Files.delete(root.resolve("com/example/classmissing/Plugin.class")));
        Path copy = jar("copy-of-api", FIRST);
        PluginJar.edit(copy, root -> {
            try (var api = FileSystems.newFileSystem(PluginJar.shipped("apex-api-").get(0));
                    Stream<Path> files = Files.walk(api.getPath("/io"))) {
                for (Path file : files.toList()) {
                    Path target = root.resolve(file.toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(target);
                    } else {
                        Files.copy(file, target);
                    }
                }
            }
        });
        // makes the tool update its list of packages
        PluginJar.run("jar", "--update", "--file", copy.toString(), "--module-version", "1.0");
    }

    private void writeUnfitting() throws IOException {
        writeForApi("9.0.0", "major");
        writeForApi("0.2.0", "minor");
        Path absent = PluginJar.library("com.example.absent", 0).writeTo(plugins.resolve("absent.jar"));
        PluginJar.balancer("com.example.needy", "needy", FIRST)
                .requires("com.example.needy", "requires com.example.absent;").against(absent)
                .writeTo(plugins.resolve("needy.jar"));
        Files.delete(absent);
        PluginJar.balancer("com.example.thrower", "thrower", FIRST).source("com.example.thrower", "Plugin", """
                public final class Plugin implements io.apexproxy.api.balance.LoadBalancerProvider {
                    public Plugin() { throw new IllegalStateException("no licence found"); }
                    public String name() { return "thrower"; }
                    public io.apexproxy.api.balance.LoadBalancer create(
                            io.apexproxy.api.Settings settings, io.apexproxy.api.PluginContext context) {
                        return healthy -> connection -> healthy.get(0);
                    }
                }
                """).writeTo(plugins.resolve("thrower.jar"));
    }

    /** Compiles against a copy of the API with another version number. */
    private void writeForApi(String version, String name) throws IOException {
        Path api = plugins.resolve("apex-api.jar");
        Files.copy(PluginJar.shipped("apex-api-").get(0), api);
        PluginJar.run("jar", "--update", "--file", api.toString(), "--module-version", version);
        PluginJar.balancer("com.example." + name, name, FIRST).against(api).writeTo(plugins.resolve(name + ".jar"));
        Files.delete(api);
    }

    private void writeClashing() {
        PluginJar.balancer("com.example.same", "same-module", FIRST).writeTo(plugins.resolve("same-module/a.jar"));
        PluginJar.balancer("com.example.same", "same-module", FIRST).writeTo(plugins.resolve("same-module/b.jar"));
        PluginJar.balancer("com.example.here", "same-name", FIRST).writeTo(plugins.resolve("same-name-a.jar"));
        PluginJar.balancer("com.example.there", "same-name", FIRST).writeTo(plugins.resolve("same-name-b.jar"));
        PluginJar.balancer("com.example.robin", "round-robin", FIRST).writeTo(plugins.resolve("round-robin.jar"));
    }

    private Path jar(String name, String pick) {
        return PluginJar.balancer("com.example." + name.replace("-", ""), name, pick)
                .writeTo(plugins.resolve(name + ".jar"));
    }
}
