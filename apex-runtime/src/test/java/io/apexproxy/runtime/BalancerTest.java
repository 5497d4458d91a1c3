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

/** Load balancers that do what they must not. */
class BalancerTest {

    private static final String SCRIPTED = "load_balancer = \"scripted\"";

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    @Test
    void anOverThatThrowsIsReplacedByTakingTurns() {
        apex.balancer.over(healthy -> {
            throw new IllegalStateException("as the test wants");
        });

        apex.startWithAll(WEB + pool(SCRIPTED, a, b));

        assertThat(apex.ask(4)).containsExactlyInAnyOrder("a", "b", "a", "b");
        assertThat(apex.log.count("over() failed; picking in turn")).isOne();
    }

    @Test
    void anOverThatReturnsNullIsReplacedByTakingTurns() {
        apex.balancer.over(healthy -> null);

        apex.startWithAll(WEB + pool(SCRIPTED, a, b));

        assertThat(Set.copyOf(apex.ask(4))).containsExactlyInAnyOrder("a", "b");
        assertThat(apex.log.count("over() returned null")).isOne();
    }

    @Test
    void aBackendOfAnotherPoolIsNotPicked() {
        AtomicReference<Backend> stolen = new AtomicReference<>();
        apex.balancer.over(healthy -> {
            if (healthy.get(0).name().equals(a.address())) {
                stolen.set(healthy.get(0));
            }
            return connection -> stolen.get();
        });

        apex.start(WEB.replace("pool = \"web\"", "pool = \"other\"")
                + pool(SCRIPTED, a) + pool(SCRIPTED, b).replace("pools.web", "pools.other"));
        await().until(() -> stolen.get() != null);

        assertThat(apex.ask(4)).containsOnly("b");
    }

    @Test
    void whileOverHangsBackendsTakeTurnsAlsoThoseThatComeLater() {
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
    void anOverThatIsAlwaysSlowCostsFewLines() {
        apex.balancer.over(healthy -> {
            takeTime();
            return connection -> healthy.get(healthy.size() - 1);
        });

        apex.start(WEB + pool(SCRIPTED, a));
        apex.reload(WEB + pool(SCRIPTED, a, b));

        await().untilAsserted(() -> assertThat(apex.ask(4)).containsOnly("b"));
        assertThat(apex.log.count("has not returned for 1000 ms")).isOne();
    }

    /** Somewhat longer than a balancer is waited for. */
    private static void takeTime() {
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
