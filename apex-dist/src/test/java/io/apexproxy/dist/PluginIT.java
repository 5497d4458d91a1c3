package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A plugin by somebody else, compiled against the API that is shipped and dropped into plugins/. */
@DisabledOnOs(OS.WINDOWS)
class PluginIT {

    @TempDir
    Path directory;

    private Distribution apex;

    @BeforeEach
    void unpack() {
        apex = Distribution.copiedTo(directory);
    }

    @Test
    void aJarInThePluginsDirectoryCanBeSelectedByItsName() throws IOException {
        buildPlugin(apex.home().resolve("plugins/last.jar"));
        try (var one = HttpBackend.started(); var two = HttpBackend.started()) {
            apex.configure("""
                    listen_addr = "127.0.0.1:0"
                    backend_addrs = ["%s", "%s"]
                    load_balancer = "last"
                    """.formatted(one.address(), two.address()));

            try (var proxy = apex.start()) {
                int port = proxy.port();
                assertThat(Stream.generate(() -> Http.get(port).orElseThrow()).limit(4)).containsOnly(two.address());
            }
        }
    }

    @Test
    void pluginsListsItAndWhatCannotBeUsed() throws IOException {
        Path plugins = Files.createDirectory(directory.resolve("my plugins"));
        buildPlugin(plugins.resolve("last.jar"));
        Files.writeString(plugins.resolve("corrupt.jar"), "this is no jar");

        try (var run = apex.start("plugins", "--plugins-dir", plugins.toString())) {
            assertThat(run.completeOutput().lines())
                    .anyMatch(line -> line.contains(" last ") && line.contains("com.example.last")
                            && line.contains("last.jar"))
                    .anyMatch(line -> line.contains("corrupt.jar"));
            assertThat(run.exitStatus()).isZero();
        }
    }

    /** The whole of a plugin, as its author would write it. */
    private void buildPlugin(Path jar) throws IOException {
        Path sources = Files.createDirectories(directory.resolve("sources/com/example/last"));
        Path descriptor = Files.writeString(directory.resolve("sources/module-info.java"), """
                module com.example.last {
                    requires io.apexproxy.api;
                    provides io.apexproxy.api.balance.LoadBalancerProvider with com.example.last.LastProvider;
                }
                """);
        Path provider = Files.writeString(sources.resolve("LastProvider.java"), """
                package com.example.last;

                import io.apexproxy.api.PluginContext;
                import io.apexproxy.api.Settings;
                import io.apexproxy.api.balance.LoadBalancer;
                import io.apexproxy.api.balance.LoadBalancerProvider;

                public final class LastProvider implements LoadBalancerProvider {
                    @Override
                    public String name() {
                        return "last";
                    }

                    @Override
                    public LoadBalancer create(Settings settings, PluginContext context) {
                        return healthy -> connection -> healthy.get(healthy.size() - 1);
                    }
                }
                """);
        Path classes = Files.createDirectories(directory.resolve("classes"));
        List<Path> api = apex.library("apex-api");
        assertThat(api).hasSize(1);
        run("javac", "--release", "17", "--module-path", api.get(0).toString(), "-d", classes.toString(),
                descriptor.toString(), provider.toString());
        run("jar", "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
    }

    private static void run(String tool, String... arguments) {
        assertThat(ToolProvider.findFirst(tool).orElseThrow().run(System.out, System.err, arguments))
                .as("exit status of %s", tool).isZero();
    }
}
