package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of slow starts with the load balancers of the distribution. */
class SlowStartIT extends Scenario {

    private static final double TOLERANCE = 0.1;
    private static final Duration WINDOW = Duration.ofSeconds(12);
    private static final double LOWEST = 0.1;

    private static final class Share {
        private final double line;
        private final double found;

        private Share(double line, double found) {
            this.line = line;
            this.found = found;
        }

        @Override
        public String toString() {
            return "%.2f instead of %.2f".formatted(found, line);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"round-robin", "random", "least-connections"})
    void shareOfARecoveredBackendFollowsTheLine(String balancer) throws IOException {
        Path plugins = Files.createDirectories(apex.home().resolve("plugins"));
        for (String jar : List.of("apex-lb-random.jar", "apex-lb-leastconn.jar")) {
            Files.copy(Distribution.built().resolve("contrib").resolve(jar), plugins.resolve(jar));
        }
        List<Share> shares = new ArrayList<>();
        try (var settled = TestServer.echo(); var recovering = TestServer.echo()) {
            Config config = Config.withBackends(settled.address(), recovering.address())
                    .pool("slow_start = \"%ds\"\nload_balancer = \"%s\"".formatted(WINDOW.toSeconds(), balancer))
                    .health(Config.OFTEN + "\nfast_interval = \"200ms\"");
            try (var proxy = start(config); var load = Load.on(proxy.port(), 4)) {
                recovering.stop();
                proxy.awaitLine("Health check " + recovering.address() + " => alive: false");
                recovering.start();
                eventually(() -> proxy.backend(recovering.address(), "slow_start_seconds") > 0);
                int failed = load.failures().size(); // connections of the backend that was stopped
                double before = Double.NaN;
                double otherBefore = Double.NaN;
                double leftBefore = Double.NaN;
                while (true) {
                    double left = proxy.backend(recovering.address(), "slow_start_seconds");
                    double taken = proxy.backend(recovering.address(), "connections_total");
                    double other = proxy.backend(settled.address(), "connections_total");
                    if (left == 0) {
                        break;
                    }
                    if (shares.size() == 2) {
                        proxy.change(config.settings("drain_timeout = \"20s\"")); // a reload changes nothing
                    }
                    if (!Double.isNaN(before)) {
                        double middle = 1 - (left + leftBefore) / 2 / WINDOW.toSeconds();
                        shares.add(new Share(Math.max(LOWEST, middle) / 2,
                                (taken - before) / (taken - before + other - otherBefore)));
                    }
                    before = taken;
                    otherBefore = other;
                    leftBefore = left;
                    long served = load.served();
                    eventually(() -> load.served() > served + 300
                            || proxy.backend(recovering.address(), "slow_start_seconds") == 0);
                }

                assertThat(load.failures()).hasSize(failed);
            }
        }
        assertThat(shares).hasSizeGreaterThan(5)
                .allMatch(share -> Math.abs(share.found - share.line) <= TOLERANCE);
    }
}
