package io.apexproxy.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.PluginJar;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that need modules of the JDK. Each test starts a JVM, because its options select the loaded modules. */
class ModulesOfTheJdkTest {

    @TempDir
    Path home;

    @BeforeEach
    void createPluginThatRequiresHttpClient() throws Exception {
        PluginJar.module("com.example.web", "web").requires("requires java.net.http;")
                .writeTo(home.resolve("plugins/web.jar"));
    }

    @Test
    void missingModuleIsReportedWithOptionThatAddsIt() throws Exception {
        assertThat(listPlugins()).contains("NOT_LOADED|plugins/web.jar||module com.example.web requires java.net.http,"
                + " which the JDK contains but has not loaded: add --add-modules ALL-DEFAULT or --add-modules"
                + " java.net.http to the Java options");
    }

    @Test
    void optionAddsAllModules() throws Exception {
        assertThat(listPlugins("--add-modules", "ALL-DEFAULT")).contains("LOADED|plugins/web.jar|web|");
    }

    private List<String> listPlugins(String... options) throws Exception {
        Path tests = Path.of(ListPlugins.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("--module-path", ModulePath.ofTests().stream().map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator))));
        command.addAll(List.of("--patch-module", "io.apexproxy.runtime=" + tests));
        command.addAll(List.of("--module", "io.apexproxy.runtime/" + ListPlugins.class.getName()));
        command.add(home.resolve("plugins").toString());
        Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            return new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } finally {
            java.destroyForcibly().waitFor();
        }
    }
}
