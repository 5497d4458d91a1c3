package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.Backend;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Load balancers that violate the contract of the API. */
class BalancerTest {

    private static final String SCRIPTED = "load_balancer = \"scripted\"";

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    @Test
    void roundRobinReplacesLoadBalancerWhoseOverThrows() {
        apex.balancer.over(healthy -> {
            throw new IllegalStateException("thrown by the test");
        });

        apex.startWithAll(WEB + pool(SCRIPTED, a, b));

        assertThat(apex.ask(4)).containsExactlyInAnyOrder("a", "b", "a", "b");
        assertThat(apex.log.count("over() failed; using round robin")).isOne();
    }

    @Test
    void roundRobinReplacesLoadBalancerWhoseOverReturnsNull() {
        apex.balancer.over(healthy -> null);

        apex.startWithAll(WEB + pool(SCRIPTED, a, b));

        assertThat(Set.copyOf(apex.ask(4))).containsExactlyInAnyOrder("a", "b");
        assertThat(apex.log.count("over() returned null")).isOne();
    }

    @Test
    void backendOfAnotherPoolIsNotPicked() {
        AtomicReference<Backend> foreign = new AtomicReference<>();
        apex.balancer.over(healthy -> {
            if (healthy.get(0).name().equals(a.address())) {
                foreign.set(healthy.get(0));
            }
            return connection -> foreign.get();
        });

        apex.start(WEB.replace("pool = \"web\"", "pool = \"other\"")
                + pool(SCRIPTED, a) + pool(SCRIPTED, b).replace("pools.web", "pools.other"));
        await().until(() -> foreign.get() != null);

        assertThat(apex.ask(4)).containsOnly("b");
    }

    @Test
    void roundRobinIncludesNewBackendsWhileOverHangs() {
        CountDownLatch end = new CountDownLatch(1);
        apex.balancer.over(healthy -> {
            awaitQuietly(end);
            return connection -> healthy.get(0);
        });

        apex.start(WEB + pool(SCRIPTED, a));
        assertThat(apex.ask(2)).containsOnly("a");
        apex.reload(WEB + pool(SCRIPTED, a, b));

        await().untilAsserted(() -> assertThat(Set.copyOf(apex.ask(2))).hasSize(2));
        assertThat(apex.log.count("has not returned for 1000 ms")).isOne();
        end.countDown();
        await().untilAsserted(() -> assertThat(apex.ask(3)).containsOnly("a"));
    }

    @Test
    void overThatIsAlwaysSlowIsLoggedOnce() {
        apex.balancer.over(healthy -> {
            sleepPastTimeout();
            return connection -> healthy.get(healthy.size() - 1);
        });

        apex.start(WEB + pool(SCRIPTED, a));
        apex.reload(WEB + pool(SCRIPTED, a, b));

        await().untilAsserted(() -> assertThat(apex.ask(4)).containsOnly("b"));
        assertThat(apex.log.count("has not returned for 1000 ms")).isOne();
    }

    /** Sleeps for 1.2 s, longer than the timeout of 1 s for a call of {@code over}. */
    private static void sleepPastTimeout() {
        try {
            TimeUnit.MILLISECONDS.sleep(1_200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitQuietly(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
