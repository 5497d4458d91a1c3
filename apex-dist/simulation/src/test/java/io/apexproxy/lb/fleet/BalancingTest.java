package io.apexproxy.lb.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.MapSettings;
import io.apexproxy.lb.leastconn.LeastConnectionsProvider;
import io.apexproxy.lb.peakewma.SimulatedPeakEwma;
import io.apexproxy.lb.random.SeededRandom;
import io.apexproxy.lb.roundrobin.RoundRobinProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Compares load balancers by the time in which requests are answered. {@code target/balancing-*.txt} have all figures.
 *
 * <p>The bounds are wide: the test shows which policy is better and about how much, for exponentially distributed
 * service times without a network.
 */
class BalancingTest {

    private static final int SLOW_BACKENDS = 4;
    private static final long SEEDS = 3;
    private static final Duration DECAY = Duration.ofSeconds(2); // the default

    private enum Balancer {
        ROUND_ROBIN, RANDOM, POWER_OF_TWO, LEAST_CONNECTIONS, PEAK_EWMA
    }

    private static Fleet.Policy policy(Balancer balancer) {
        return (nanoTime, random) -> switch (balancer) {
            case ROUND_ROBIN -> create(new RoundRobinProvider());
            case RANDOM -> SeededRandom.drawing(1, random);
            case POWER_OF_TWO -> SeededRandom.drawing(2, random);
            case LEAST_CONNECTIONS -> create(new LeastConnectionsProvider());
            case PEAK_EWMA -> SimulatedPeakEwma.decaying(DECAY, nanoTime, random);
        };
    }

    private static LoadBalancer create(LoadBalancerProvider provider) {
        try (var context = FakeContext.create()) {
            return provider.create(MapSettings.of(Map.of()), context);
        }
    }

    /** Returns the 99th percentiles of all balancers, in milliseconds: medians of several seeds. */
    private static Map<Balancer, Double> p99(int proxies, int slowBackends) throws IOException {
        Map<Balancer, Double> found = new EnumMap<>(Balancer.class);
        StringBuilder lines = new StringBuilder();
        for (Balancer balancer : Balancer.values()) {
            Fleet.Times times = LongStream.range(0, SEEDS)
                    .mapToObj(seed -> Fleet.run(100 * seed, proxies, slowBackends, policy(balancer)))
                    .sorted(Comparator.comparingDouble(Fleet.Times::p99)).toList().get((int) SEEDS / 2);
            found.put(balancer, times.p99());
            lines.append("%3d proxies, %d slow backends, %-17s: median %4.0f ms, p99 %4.0f ms, p99.9 %4.0f ms%n"
                    .formatted(proxies, slowBackends, balancer, times.median(), times.p99(), times.p999()));
        }
        Files.writeString(Path.of("target/balancing-%d-%d.txt".formatted(proxies, slowBackends)), lines);
        return found;
    }

    private static void assertThatCountsAreSeveralTimesBetterThanNone(Map<Balancer, Double> p99) {
        double blind = Math.min(p99.get(Balancer.RANDOM), p99.get(Balancer.ROUND_ROBIN));
        assertThat(p99.get(Balancer.LEAST_CONNECTIONS)).as("%s", p99).isLessThan(blind / 3);
        assertThat(p99.get(Balancer.POWER_OF_TWO)).as("%s", p99).isLessThan(blind / 3);
        assertThat(p99.get(Balancer.PEAK_EWMA)).as("%s", p99).isLessThan(blind / 6)
                .isLessThan(1.02 * p99.get(Balancer.POWER_OF_TWO));
    }

    @Test
    void twoDrawsAreAboutAsGoodAsAComparisonOfAllWithTwoProxies() throws IOException {
        Map<Balancer, Double> p99 = p99(2, SLOW_BACKENDS);

        assertThatCountsAreSeveralTimesBetterThanNone(p99);
        assertThat(p99.get(Balancer.POWER_OF_TWO)).as("%s", p99)
                .isBetween(0.95 * p99.get(Balancer.LEAST_CONNECTIONS), 1.2 * p99.get(Balancer.LEAST_CONNECTIONS));
    }

    @Test
    void answerTimesAreAsGoodAsAComparisonOfAllWithTenProxies() throws IOException {
        Map<Balancer, Double> p99 = p99(10, SLOW_BACKENDS);

        assertThatCountsAreSeveralTimesBetterThanNone(p99);
        assertThat(p99.get(Balancer.PEAK_EWMA)).as("%s", p99)
                .isBetween(0.85 * p99.get(Balancer.LEAST_CONNECTIONS), 1.1 * p99.get(Balancer.LEAST_CONNECTIONS));
    }

    @Test
    void answerTimesAreBetterThanCountsWithAHundredProxies() throws IOException {
        Map<Balancer, Double> p99 = p99(100, SLOW_BACKENDS);

        assertThatCountsAreSeveralTimesBetterThanNone(p99);
        double counts = Math.min(p99.get(Balancer.POWER_OF_TWO), p99.get(Balancer.LEAST_CONNECTIONS));
        assertThat(p99.get(Balancer.PEAK_EWMA)).as("%s", p99).isLessThan(0.7 * counts);
    }

    @Test
    void balancersDifferLittleIfBackendsDoNot() throws IOException {
        Map<Balancer, Double> p99 = p99(10, 0);

        double best = p99.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        assertThat(p99.values()).as("%s", p99).allMatch(time -> time < 1.25 * best);
    }
}
