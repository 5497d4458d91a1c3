package io.apexproxy.dist;

import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.test.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

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
        write("first", jar("first", FIRST));
        writeWithLibrary("library-one", 0);
        writeWithLibrary("library-two", 1);
        PluginJar.balancer("com.example.client", "http-client", SECOND)
                .requires("requires java.net.http;").source("Plugin", """
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
        Path library = PluginJar.library("com.example.library", Integer.toString(index))
                .writeTo(plugins.resolve(name + "/library.jar"));
        PluginJar.balancer("com.example.user", name,
                "healthy.get(Integer.parseInt(com.example.library.Library.version()))")
                .requires("requires com.example.library;")
                .against(library).writeTo(plugins.resolve(name + "/plugin.jar"));
    }

    private void writeDamaged() throws IOException {
        Files.writeString(plugins.resolve("text.jar"), "this is no jar");
        byte[] whole = Files.readAllBytes(plugins.resolve("first.jar"));
        Files.write(plugins.resolve("truncated.jar"), Arrays.copyOf(whole, whole.length / 2));
        write("newer-java", jar("newer-java", FIRST).classFileVersion(99));
        write("class-missing", jar("class-missing", FIRST).source("Other", "class Other { }").without("Plugin"));
        write("copy-of-api", jar("copy-of-api", FIRST).withCopyOfApi());
    }

    private void writeUnfitting() throws IOException {
        write("major", jar("major", FIRST).againstApi("9.0.0", plugins.getParent()));
        write("minor", jar("minor", FIRST).againstApi("0.3.0", plugins.getParent()));
        Path absent = PluginJar.library("com.example.absent", "0").writeTo(plugins.resolve("absent.jar"));
        write("needy", jar("needy", FIRST).requires("requires com.example.absent;").against(absent));
        Files.delete(absent);
        write("thrower", jar("thrower", FIRST).provider("thrower",
                "public Plugin() { throw new IllegalStateException(\"no licence found\"); }"));
    }

    private void writeClashing() {
        PluginJar.balancer("com.example.same", "same-module", FIRST).writeTo(plugins.resolve("same-module/a.jar"));
        PluginJar.balancer("com.example.same", "same-module", FIRST).writeTo(plugins.resolve("same-module/b.jar"));
        PluginJar.balancer("com.example.here", "same-name", FIRST).writeTo(plugins.resolve("same-name-a.jar"));
        PluginJar.balancer("com.example.there", "same-name", FIRST).writeTo(plugins.resolve("same-name-b.jar"));
        PluginJar.balancer("com.example.robin", "round-robin", FIRST).writeTo(plugins.resolve("round-robin.jar"));
    }

    private static PluginJar jar(String name, String pick) {
        return PluginJar.balancer("com.example." + name.replace("-", ""), name, pick);
    }

    private void write(String name, PluginJar jar) {
        jar.writeTo(plugins.resolve(name + ".jar"));
    }
}
