package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static io.apexproxy.runtime.ReloadFixture.weighted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Frequent reloads under load affect no connection. */
@Tag("alone")
class ReloadUnderLoadTest {

    private static final int RELOADS = 200;
    private static final long RELOAD_MILLIS = 100;
    private static final int SESSIONS = 100;
    private static final long CONNECTION_MILLIS = 10;
    private static final Duration REMOVAL_TOLERANCE = Duration.ofSeconds(1);

    private final ReloadFixture apex = new ReloadFixture();
    private final List<NamedServer> servers = List.of(
            apex.server("a"), apex.server("b"), apex.server("c"), apex.server("d"));
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
    private final ExecutorService clients = Executors.newCachedThreadPool();
    /** The times at which backends were removed from the configuration, by name. */
    private final Map<String, Long> removed = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() {
        clock.shutdownNow();
        clients.shutdownNow();
        apex.close();
    }

    @Test
    void twoHundredReloadsAffectNoConnection() throws Exception {
        apex.start(WEB + pool(servers.toArray()));
        List<Conversation> sessions = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            sessions.add(apex.connect());
        }
        List<String> backends = sessions.stream().map(Conversation::ask).toList();
        Future<?> load = clock.scheduleAtFixedRate(() -> clients.execute(this::visit), 0, CONNECTION_MILLIS,
                TimeUnit.MILLISECONDS);

        long started = System.nanoTime();
        for (int i = 0; i < RELOADS; i++) {
            reloadRandomly(i);
            long due = started + TimeUnit.MILLISECONDS.toNanos((i + 1) * RELOAD_MILLIS);
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        }
        load.cancel(false);

        assertThat(sessions.stream().map(Conversation::ask).toList()).isEqualTo(backends);
        for (Conversation session : sessions) {
            session.close();
        }
        assertThat(failures).isEmpty();
        assertThat(apex.log.lines()).noneMatch(line -> line.startsWith("ERROR") || line.startsWith("WARN"));
        await().until(() -> apex.proxy().snapshot().connections() == 0);

        apex.reload(WEB + pool(weighted(servers.get(0), 3), servers.get(1), servers.get(2)));
        await().until(() -> apex.backends().size() == 3
                && apex.backends().stream().allMatch(view -> view.state().equals("up")));
        await().untilAsserted(() -> assertThat(apex.ask(50)).satisfies(served -> {
            assertThat(served).filteredOn("a"::equals).hasSize(30);
            assertThat(served).filteredOn("b"::equals).hasSize(10);
            assertThat(served).filteredOn("c"::equals).hasSize(10);
        }));
    }

    @Test
    void connectionsDuringAChangeOfRotationAreServed() throws Exception {
        NamedServer one = servers.get(0);
        NamedServer other = servers.get(1);
        apex.start(WEB + pool(one, other));
        await().until(() -> apex.backends().stream().allMatch(view -> view.state().equals("up")));
        AtomicBoolean stopped = new AtomicBoolean();
        List<Future<?>> visitors = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            visitors.add(clients.submit(() -> {
                while (!stopped.get()) {
                    visit();
                }
            }));
        }

        for (int i = 0; i < RELOADS; i++) {
            apex.reload(WEB + pool(weighted(one, i % 2), weighted(other, 1 - i % 2)));
        }
        stopped.set(true);
        for (Future<?> visitor : visitors) {
            visitor.get();
        }

        assertThat(failures).isEmpty();
    }

    /** Changes the backends at random, and in turn their weights, the name of the pool and the load balancer. */
    private void reloadRandomly(int reload) {
        int mask = ThreadLocalRandom.current().nextInt(1, 1 << servers.size());
        List<Object> backends = new ArrayList<>();
        for (int i = 0; i < servers.size(); i++) {
            NamedServer server = servers.get(i);
            if ((mask & 1 << i) != 0) {
                removed.remove(server.name());
                backends.add(reload % 3 == 0 ? weighted(server, 1 + i) : server);
            }
        }
        String pool = reload % 5 == 0 ? "other" : "web";
        String balancer = reload % 7 == 0 ? "load_balancer = \"scripted\"" : "";
        apex.reload((WEB + pool(balancer, backends.toArray())).replace("pool = \"web\"", "pool = \"" + pool + "\"")
                .replace("pools.web", "pools." + pool));
        for (int i = 0; i < servers.size(); i++) {
            if ((mask & 1 << i) == 0) {
                removed.putIfAbsent(servers.get(i).name(), System.nanoTime());
            }
        }
    }

    private void visit() {
        long began = System.nanoTime();
        try (Conversation conversation = apex.connect()) {
            String served = conversation.ask();
            Long left = removed.get(served);
            if (served.equals(Conversation.CLOSED)) {
                failures.add("closed without an answer");
            } else if (left != null && began - left > REMOVAL_TOLERANCE.toNanos()) {
                failures.add(served + " was removed long ago");
            }
        } catch (IOException e) {
            failures.add(e.toString());
        }
    }
}
