package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.LogCapture;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** A load balancer whose picker fails loses no connection and blocks no loop permanently. */
@RelayMatrix
class FaultyBalancerTest {

    private static final int CONNECTIONS = 40;

    @Parameter
    int threads;

    private record FixedPicker(String name, BackendPicker picker) implements LoadBalancerProvider {
        @Override
        public LoadBalancer create(Settings settings, PluginContext context) {
            return healthy -> picker;
        }
    }

    @Test
    void roundRobinReplacesPickerThatThrowsException() throws IOException {
        assertRoundRobin(connection -> {
            throw new IllegalStateException("thrown by the test");
        });
    }

    @Test
    void roundRobinReplacesPickerThatThrowsError() throws IOException {
        assertRoundRobin(connection -> {
            throw new StackOverflowError("thrown by the test");
        });
    }

    @Test
    void roundRobinReplacesPickerThatReturnsNull() throws IOException {
        assertRoundRobin(connection -> null);
    }

    @Test
    void roundRobinReplacesPickerThatReturnsUnknownBackend() throws IOException {
        assertRoundRobin(connection -> FakeBackend.of("unknown"));
    }

    @Test
    void logShowsStackOfPickerThatHangs() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        AtomicBoolean hangs = new AtomicBoolean();
        Map<String, Integer> connections = new ConcurrentHashMap<>();
        AtomicReference<String> blocked = new AtomicReference<>();
        List<Socket> clients = new ArrayList<>();
        try (var log = LogCapture.ofApex(); var backend = TestServer.echo();
                var proxy = TestProxy.threads(threads).provider(new FixedPicker("hanging", connection -> {
                    String loop = Thread.currentThread().getName();
                    connections.merge(loop, 1, Integer::sum);
                    if (hangs.get()) {
                        blocked.set(loop);
                        awaitUninterruptibly(end);
                    }
                    return null;
                })).pool("load_balancer = \"hanging\"").over(backend)) {
            for (int i = 0; i < 5; i++) {
                clients.add(proxy.connect());
                assertThat(Bytes.ping(clients.get(i))).isEqualTo('p');
            }
            hangs.set(true);
            clients.add(proxy.connect());
            await().atMost(Duration.ofSeconds(20)).until(() -> log.count("blocked for ") == 1);
            String loop = blocked.get();
            assertThat(log.lines()).anySatisfy(line -> assertThat(line).matches("ERROR loop "
                    + loop.replace("apex-loop-", "") + " blocked for \\d+ s; its " + connections.get(loop)
                    + " connections are stalled; blocked at: .*FaultyBalancerTest\\.awaitUninterruptibly.*"));
            assertThat(log.traces()).anySatisfy(trace -> assertThat(trace).contains("awaitUninterruptibly"));

            end.countDown();

            assertThat(Bytes.ping(clients.get(5))).isEqualTo('p');
            await().until(() -> log.count("runs again after") == 1);
        } finally {
            end.countDown();
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // the runtime does not interrupt a loop
            }
        }
    }

    private void assertRoundRobin(BackendPicker picker) throws IOException {
        try (var one = TestServer.echo(); var other = TestServer.echo();
                var proxy = TestProxy.threads(threads).provider(new FixedPicker("faulty", picker))
                        .pool("load_balancer = \"faulty\"").over(one, other)) {
            long earlier = proxy.awaitRotation();
            long byOne = proxy.backend(0).connected();
            long byOther = proxy.backend(1).connected();
            for (int i = 0; i < CONNECTIONS; i++) {
                try (var client = proxy.connect()) {
                    assertThat(Bytes.ping(client)).isEqualTo('p');
                }
            }
            proxy.awaitEnding("client-closed", earlier + CONNECTIONS);
            assertThat(proxy.backend(0).connected() - byOne).isEqualTo(CONNECTIONS / 2);
            assertThat(proxy.backend(1).connected() - byOther).isEqualTo(CONNECTIONS / 2);
            assertThat(proxy.backend(0).connections()).isZero();
        }
    }

    /** Records the loops in a picker, because a picker is called on the loop of the connection. */
    @Test
    void kernelDistributesConnectionsOverAllLoops() throws IOException {
        Set<String> loops = ConcurrentHashMap.newKeySet();
        try (var backend = TestServer.echo();
                var proxy = TestProxy.threads(threads).provider(new FixedPicker("recording", connection -> {
                    loops.add(Thread.currentThread().getName());
                    return null;
                })).pool("load_balancer = \"recording\"").over(backend)) {
            for (int i = 0; i < 5 * CONNECTIONS && loops.size() < threads; i++) {
                try (var client = proxy.connect()) {
                    assertThat(Bytes.ping(client)).isEqualTo('p');
                }
            }
            assertThat(loops).hasSize(threads);
        }
    }
}
