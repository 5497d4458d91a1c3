package io.apexproxy.dist.promise;

import static io.apexproxy.test.Bytes.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.test.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of long transfers that the kernel splices, with the engines of Linux on Java 22 or newer. */
class SpliceIT extends Scenario {

    /** More than the socket buffers on the path hold. */
    private static final int LENGTH = 32 * MIB;

    @BeforeEach
    void useNewerJava() {
        ApexProcess.useNewerJava();
    }

    @AfterEach
    void useJavaOfTheTests() {
        System.clearProperty(ApexProcess.JAVA_HOME);
        System.clearProperty(Distribution.ENGINE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring"})
    void stalledDownloadHoldsOnePipeAndArrivesWhole(String engine) {
        System.setProperty(Distribution.ENGINE, engine);
        String content = text();
        try (var server = TestServer.serving(socket -> {
            if (!TestServer.sendsNothing(socket)) {
                TestServer.send(socket, content);
            }
        })) {
            Config config = Config.withBackends(server.address()).health(Config.ONCE);
            apex.configure(config.toml());
            try (var check = apex.start("check")) {
                assumeTrue(check.exitStatus() == 0, check.errors());
            }
            try (var proxy = start(config); var client = proxy.client()) {
                client.send("?");
                eventually(() -> pipes(proxy) == 1);

                assertThat(client.readAll()).isEqualTo(content);

                eventually(() -> pipes(proxy) == 0);
            }
        }
    }

    private static String text() {
        byte[] letters = new byte[LENGTH];
        var random = new Random(4711);
        for (int i = 0; i < LENGTH; i++) {
            letters[i] = (byte) ('a' + random.nextInt(26));
        }
        return new String(letters, StandardCharsets.US_ASCII);
    }

    private static double pipes(Proxy proxy) {
        return proxy.admin().metrics().entrySet().stream()
                .filter(sample -> sample.getKey().startsWith("apex_loop_pipes{"))
                .mapToDouble(sample -> sample.getValue())
                .sum();
    }
}
