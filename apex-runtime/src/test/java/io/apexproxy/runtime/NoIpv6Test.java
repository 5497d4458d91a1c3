package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** IPv6 addresses on a machine without IPv6, which a JVM option simulates. */
class NoIpv6Test {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [::]:18081  | :4:15: listeners.web.listen_addr: [::]:18081 needs IPv6  | write 0.0.0.0:18081 to
            [::1]:18081 | :4:15: listeners.web.listen_addr: [::1]:18081 needs IPv6 | write 127.0.0.1:18081 to
            """)
    void listenerIsReportedWithOriginAndCorrection(String address, String origin, String correction) throws Exception {
        assertThat(errors("127.0.0.1:0", address))
                .contains("config.toml" + origin + ", which this machine does not have; " + correction
                        + " listen on IPv4");
    }

    @ParameterizedTest
    @CsvSource({"[::1]:19901"})
    void adminEndpointIsReportedWithOriginAndCorrection(String address) throws Exception {
        assertThat(errors(address, "127.0.0.1:0")).contains("config.toml:2:15: admin.listen_addr: " + address
                + " needs IPv6, which this machine does not have; write 127.0.0.1:19901 to listen on IPv4");
    }

    private String errors(String admin, String listener) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("config.toml"), """
                [admin]
                listen_addr = "%s"
                [listeners.web]
                listen_addr = "%s"
                pool = "web"
                [pools.web]
                backends = []
                """.formatted(admin, listener));
        Path errors = directory.resolve("errors");
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.net.preferIPv4Stack=true", "-cp", System.getProperty("java.class.path"),
                ChildProxy.class.getName(), file.toString())
                .redirectError(errors.toFile()).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            child.getOutputStream().close(); // ends a proxy that starts despite the error
            assertThat(child.waitFor(TestProxy.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            child.destroyForcibly();
        }
        return Files.readString(errors, StandardCharsets.UTF_8);
    }
}
