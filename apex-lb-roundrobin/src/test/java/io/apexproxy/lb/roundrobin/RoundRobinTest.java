package io.apexproxy.lb.roundrobin;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.summingLong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.FakeConnection;
import io.apexproxy.api.testkit.LoadBalancerContract;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoundRobinTest extends LoadBalancerContract {

    private static final Backend A = FakeBackend.of("a");
    private static final Backend B = FakeBackend.of("b");
    private static final Backend C = FakeBackend.of("c");

    private final LoadBalancer balancer = new RoundRobin();

    @Override
    protected LoadBalancerProvider provider() {
        return new RoundRobinProvider();
    }

    @Test
    void equalBackendsArePickedInOrder() {
        assertThat(picks(balancer.over(List.of(A, B, C)), 7)).isEqualTo("abcabca");
    }

    @Test
    void singleBackendOfAnyWeightReceivesAllConnections() {
        assertThat(picks(balancer.over(List.of(FakeBackend.of("a", 256))), 3)).isEqualTo("aaa");
    }

    @Test
    void heavyBackendIsNotPickedInOneBurst() {
        var picker = balancer.over(List.of(FakeBackend.of("a", 5), B, C));

        assertThat(picks(picker, 14)).isEqualTo("aabacaa" + "aabacaa");
    }

    @Test
    void proportionalWeightsGiveTheSameCycle() {
        var picker = balancer.over(List.of(FakeBackend.of("a", 200), FakeBackend.of("b", 100)));

        assertThat(picks(picker, 6)).isEqualTo("abaaba");
    }

    @Test
    void changeOfTheSetContinuesTheCycle() {
        assertThat(picks(balancer.over(List.of(A, B, C)), 4)).isEqualTo("abca");
        assertThat(picks(balancer.over(List.of(A, B, C)), 1)).isEqualTo("b");
        assertThat(picks(balancer.over(List.of(A, C)), 3)).isEqualTo("cac");
    }

    @Test
    void flappingBackendDoesNotFavourTheFirst() {
        // when the set changes with every connection
        var picked = IntStream.range(0, 600)
                .mapToObj(round -> balancer.over(round % 2 == 0 ? List.of(A, B, C) : List.of(A, B)))
                .map(picker -> picks(picker, 1))
                .collect(groupingBy(name -> name, counting()));

        // then all are picked, and the first receives at most half
        assertThat(picked).containsOnlyKeys("a", "b", "c");
        assertThat(picked.get("a")).isLessThanOrEqualTo(300);
    }

    @Test
    void sharesAreExactWithConcurrentPicks() throws Exception {
        // given weights whose cycle of 10 divides the number of picks
        var picker = balancer.over(List.of(FakeBackend.of("a", 7), FakeBackend.of("b", 2), C));
        var threads = 8;
        var picksPerThread = 100_000;

        // when all threads pick at the same time
        var start = new CyclicBarrier(threads);
        Callable<Map<String, Long>> loop = () -> {
            start.await();
            return Stream.generate(() -> picker.pick(FakeConnection.from("192.0.2.1")).name()).limit(picksPerThread)
                    .collect(groupingBy(name -> name, counting()));
        };
        var total = inParallel(threads, loop).stream().flatMap(counts -> counts.entrySet().stream())
                .collect(groupingBy(Map.Entry::getKey, summingLong(Map.Entry::getValue)));

        // then the shares are exact
        assertThat(total).containsOnly(entry("a", 560_000L), entry("b", 160_000L), entry("c", 80_000L));
    }

    private static String picks(BackendPicker picker, int count) {
        var client = FakeConnection.from("192.0.2.1");
        return Stream.generate(() -> picker.pick(client).name()).limit(count).collect(joining());
    }

    private static <T> List<T> inParallel(int threads, Callable<T> task) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> done : executor.invokeAll(Collections.nCopies(threads, task))) {
                results.add(done.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }
}
