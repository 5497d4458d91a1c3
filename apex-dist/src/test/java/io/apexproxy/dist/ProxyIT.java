package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests of the proxy with a configuration of one line and two backends. */
@DisabledOnOs(OS.WINDOWS)
class ProxyIT extends DistributionFixture {

    @Test
    void connectionsAlternateBetweenBackends() {
        try (var one = HttpBackend.started(); var two = HttpBackend.started();
                var proxy = apex.configure(config(one, two)).start()) {
            int port = proxy.port(); // returned when a backend is healthy
            await().atMost(ApexProcess.PATIENCE).until(() -> Set.copyOf(answers(port, 2)).size() == 2);

            List<String> answers = answers(port, 4);

            assertThat(answers.subList(0, 2)).containsExactlyInAnyOrder(one.address(), two.address());
            assertThat(answers.subList(2, 4)).isEqualTo(answers.subList(0, 2));
            assertThat(proxy.output()).anyMatch(line -> line.matches(
                    "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z INFO  apex: "
                            + "Proxy listening on 127\\.0\\.0\\.1:" + port));
        }
    }

    @Test
    void verboseLogsEveryStepOfAConnection() {
        try (var one = HttpBackend.started(); var proxy = apex.configure(config(one)).start("--verbose")) {
            answers(proxy.port(), 1);

            proxy.awaitLine("DEBUG apex");
            proxy.awaitLine("Accepted connection from ");
            proxy.awaitLine("Connected to backend: " + one.address());
        }
    }

    /** Returns a configuration that listens on a free port; a reload keeps the port. */
    private static String config(HttpBackend... backends) {
        String addresses = Arrays.stream(backends).map(backend -> '"' + backend.address() + '"')
                .collect(Collectors.joining(", "));
        return """
                listen_addr = "127.0.0.1:0"
                backend_addrs = [%s]
                """.formatted(addresses);
    }

    /** Sends requests on separate connections; returns the addresses of the backends that answered. */
    private static List<String> answers(int port, int requests) {
        return IntStream.range(0, requests).mapToObj(request -> Http.get(port)).map(Optional::orElseThrow).toList();
    }
}
