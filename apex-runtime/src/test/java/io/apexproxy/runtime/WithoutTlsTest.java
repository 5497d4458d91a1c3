package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proxy without TLS loads none of its classes, which would take a noticeable part of the start time. */
class WithoutTlsTest {

    private static final Pattern TLS = Pattern.compile(" ((?:javax\\.net|sun\\.security)\\.ssl\\.|"
            + "io\\.apexproxy\\.runtime\\.(?:tls|certificate)\\.)");

    @TempDir
    private Path directory;

    @Test
    void noClassOfTlsIsLoaded() throws IOException, InterruptedException {
        try (TestServer backend = TestServer.echo()) {
            List<String> loaded = classes("""
                    listen_addr = "127.0.0.1:0"
                    backend_addrs = ["%s"]
                    """.formatted(backend.address()));

            assertThat(loaded).anyMatch(line -> line.contains("io.apexproxy.runtime.SnapshotTaker"));
            assertThat(loaded).filteredOn(line -> TLS.matcher(line).find()).isEmpty();
        }
    }

    private List<String> classes(String configuration) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("config.toml"), configuration);
        Path classes = directory.resolve("classes");
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + classes, "-cp", System.getProperty("java.class.path"),
                ChildProxy.class.getName(), file.toString())
                .redirectErrorStream(true).redirectOutput(directory.resolve("output").toFile()).start();
        try {
            child.getOutputStream().write("state\n".getBytes(StandardCharsets.US_ASCII));
            child.getOutputStream().close(); // ends the proxy after it has taken a snapshot
            assertThat(child.waitFor(TestProxy.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            child.destroyForcibly();
        }
        return Files.readAllLines(classes);
    }
}
