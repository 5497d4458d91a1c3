package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The ends that a pool gives to open connections. */
class OpenConnectionsTest {

    private static final int MANY = 60;

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    @AutoClose
    private final Conversations open = new Conversations();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    /** Open conversations in the order of their accepts. */
    private final class Conversations implements AutoCloseable {
        private final List<Conversation> all = new ArrayList<>();

        private void open(int count) throws IOException {
            for (int i = 0; i < count; i++) {
                all.add(apex.connect());
                assertThat(last().ask()).isEqualTo("a");
            }
        }

        private Conversation last() {
            return all.get(all.size() - 1);
        }

        @Override
        public void close() throws IOException {
            for (Conversation each : all) {
                each.close();
            }
        }
    }

    private long endings(String cause) {
        return apex.proxy().snapshot().endings().get(cause);
    }

    private void awaitEndings(String cause, long count) {
        await().until(() -> endings(cause) == count);
    }

    @Test
    void drainOfABackendThatIsDownClosesTheOldestConnectionsUntilItIsUpAgain() throws IOException {
        apex.startWithAll(WEB + pool("on_backend_down = { drain = \"1m\" }", a));
        open.open(MANY);

        apex.health.down(a);
        await().until(() -> endings("backend-down") > 1); // each second one of 60
        assertThat(open.last().ask()).isEqualTo("a");
        apex.health.up(a);
        await().until(() -> apex.backend(a).state().equals("up"));

        await().until(() -> apex.log.count(a.address() + " is up again: its ") == 1);
        int closed = 0;
        boolean isOlderClosed = false;
        for (int i = MANY - 1; i >= 0; i--) { // the older ones last, because they close first
            boolean isClosed = open.all.get(i).ask().equals(Conversation.CLOSED);
            assertThat(isOlderClosed && !isClosed).isFalse();
            isOlderClosed = isClosed;
            closed += isClosed ? 1 : 0;
        }
        assertThat(closed).isBetween(2, MANY - 1);
        awaitEndings("backend-down", closed);
        assertThat(apex.log.count(
                "pools.web: " + a.address() + " down: 60 connections end within 60s, the oldest first")).isOne();
    }

    @Test
    void drainEndsAllConnectionsWithinItsTime() throws IOException {
        apex.startWithAll(WEB + pool("on_backend_removed = { drain = \"1s\" }", a));
        open.open(5);

        apex.reload(WEB + pool("on_backend_removed = { drain = \"1s\" }", b));

        await().until(() -> endings("backend-removed") == 5);
        assertThat(open.last().ask()).isEqualTo(Conversation.CLOSED);
        assertThat(apex.ask()).isEqualTo("b");
    }

    @Test
    void connectionsOfARemovedBackendAreClosedAtOnceOrKept() throws IOException {
        apex.startWithAll(WEB + pool("on_backend_removed = \"close\"", a));
        open.open(3);
        apex.reload(WEB + pool("on_backend_removed = \"close\"", a, b));
        await().until(() -> apex.ask().equals("b"));
        assertThat(open.last().ask()).isEqualTo("a");

        apex.reload(WEB + pool("on_backend_removed = \"close\"", b));

        awaitEndings("backend-removed", 3);
        assertThat(open.last().ask()).isEqualTo(Conversation.CLOSED);

        try (Conversation toB = apex.connect()) {
            assertThat(toB.ask()).isEqualTo("b");
            apex.reload(WEB + pool("on_backend_removed = \"keep\"", a));
            apex.awaitOnly("a");
            assertThat(toB.ask()).isEqualTo("b");
            assertThat(endings("backend-removed")).isEqualTo(3);
        }
    }

    @Test
    void connectionsToAnAddressThatLeavesItsNameAreClosed() throws IOException {
        NamedServer other = apex.keep(NamedServer.start("other", "127.0.0.2", a.port()));
        apex.names.set("app.test", "127.0.0.1");
        apex.startWithAll(WEB + pool("on_backend_removed = \"close\"\nresolve_interval = \"100ms\"",
                "app.test:" + a.port()));
        open.open(2);

        apex.names.set("app.test", "127.0.0.2");

        awaitEndings("backend-removed", 2);
        assertThat(open.last().ask()).isEqualTo(Conversation.CLOSED);
        assertThat(apex.ask()).isEqualTo(other.name());
    }

    @Test
    void connectionsOfARemovedPoolAreClosed() throws IOException {
        apex.startWithAll(WEB + pool("on_backend_removed = \"close\"", a));
        open.open(2);

        apex.reload(WEB.replace("pool = \"web\"", "pool = \"next\"") + pool(b).replace("[pools.web]", "[pools.next]"));

        awaitEndings("backend-removed", 2);
        assertThat(apex.ask()).isEqualTo("b");
    }

    @Test
    void connectionEndsAtTheAgeOfItsPoolAlsoIfItIsBusy() throws IOException {
        apex.startWithAll(WEB + pool("max_connection_age = \"500ms\"", a));

        long started = System.nanoTime();
        try (Conversation busy = apex.connect()) {
            assertThat(busy.ask()).isEqualTo("a");
            await().pollInterval(Duration.ofMillis(5)).until(() -> busy.ask().equals(Conversation.CLOSED));
        }
        assertThat(System.nanoTime() - started).isGreaterThan(450_000_000);
        awaitEndings("max-connection-age", 1);
    }

    @Test
    void ageAppliesToOpenConnectionsAtOnce() throws IOException {
        apex.startWithAll(WEB + pool(a));
        open.open(20);

        apex.reload(WEB + pool("max_connection_age = \"1s\"", a));
        awaitEndings("max-connection-age", 20);
        assertThat(open.last().ask()).isEqualTo(Conversation.CLOSED);
    }

    @Test
    void idleConnectionsMoveToAnAddedBackendAndBusyOnesStay() throws IOException {
        apex.startWithAll(WEB + pool(a));
        open.open(MANY);
        Conversation busy = open.all.get(0);
        AtomicBoolean stop = new AtomicBoolean();
        Thread talker = new Thread(() -> {
            while (!stop.get() && busy.ask().equals("a")) {
                Thread.onSpinWait();
            }
        });
        talker.start();
        try {
            apex.reload(WEB + pool("rebalance = { percent_per_minute = 100, idle = \"2s\" }", a, b));

            await().until(() -> endings("rebalanced") >= 3); // one of 60 each second
            assertThat(busy.ask()).isEqualTo("a");
            assertThat(open.all.get(1).ask()).isEqualTo(Conversation.CLOSED);
            assertThat(open.last().ask()).isEqualTo("a");
        } finally {
            stop.set(true);
            try {
                talker.join(TestProxy.PATIENCE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        assertThat(apex.log.count("backends have more connections than their shares")).isOne();
    }

    @Test
    void blockedLoopDoesNotDelayTheEndsOfConnectionsOnOtherLoops() throws IOException {
        AtomicBoolean blocks = new AtomicBoolean();
        CountDownLatch end = new CountDownLatch(1);
        apex.balancer.over(healthy -> connection -> {
            if (blocks.compareAndSet(true, false)) {
                awaitUninterruptibly(end);
            }
            return healthy.get(0);
        });
        String keys = "load_balancer = \"scripted\"\non_backend_removed = \"close\"";
        apex.startWithAll(WEB + pool(keys, a));
        open.open(MANY); // both loops have some of them
        blocks.set(true);
        try (Conversation stalled = apex.connect()) {
            await().until(() -> !blocks.get());

            apex.reload(WEB + pool(keys, b));

            await().until(() -> endings("backend-removed") > 0);
            assertThat(endings("backend-removed")).isLessThan(MANY);
            end.countDown();
            awaitEndings("backend-removed", MANY);
            assertThat(stalled.ask()).isEqualTo("b");
        } finally {
            end.countDown();
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
}
