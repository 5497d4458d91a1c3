package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests of connections in the queue of a pool while its backends, their health or its configuration change. */
class QueueReloadTest {

    private static final String LONG_WAIT = "queue_timeout = \"1m\"";
    private static final String NO_WAIT = "queue_timeout = \"0s\"";

    private final ReloadFixture fixture = new ReloadFixture();
    private final NamedServer one = fixture.server("one");
    private final NamedServer two = fixture.server("two");
    private final List<Conversation> conversations = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Conversation each : conversations) {
            each.close();
        }
        fixture.close();
    }

    private static Object limited(NamedServer server, int connections) {
        return "{ address = \"" + server.address() + "\", max_connections = " + connections + " }";
    }

    private Conversation connect() throws IOException {
        Conversation conversation = fixture.connect();
        conversations.add(conversation);
        return conversation;
    }

    /** Opens a connection, asks, and returns the answer when it arrives. */
    private CompletableFuture<String> askLater() throws IOException {
        Conversation conversation = connect();
        return Bytes.async(conversation::ask);
    }

    private void awaitWaiting(int count) {
        Awaitility.await().until(() -> fixture.proxy().snapshot().pools().get(0).queue().waiting() == count);
    }

    private long ended(String cause) {
        return fixture.proxy().snapshot().endings().get(cause);
    }

    @Test
    void backendThatComesUpServesTheQueue() throws IOException {
        fixture.health.down(two);
        fixture.startWithAll(WEB + pool(LONG_WAIT, limited(one, 1), limited(two, 2)));
        assertThat(connect().ask()).isEqualTo("one");
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            answers.add(askLater());
            awaitWaiting(i);
        }

        fixture.health.up(two);

        assertThat(Bytes.get(answers.get(0))).isEqualTo("two");
        assertThat(Bytes.get(answers.get(1))).isEqualTo("two");
        awaitWaiting(1);
        conversations.get(0).close();
        assertThat(Bytes.get(answers.get(2))).isEqualTo("one");
    }

    @Test
    void queueEndsWhenAllBackendsGoDown() throws IOException {
        fixture.startWithAll(WEB + pool(LONG_WAIT, limited(one, 1)));
        assertThat(connect().ask()).isEqualTo("one");
        CompletableFuture<String> first = askLater();
        CompletableFuture<String> second = askLater();
        awaitWaiting(2);

        fixture.health.down(one);

        assertThat(Bytes.get(first)).isEqualTo(Conversation.CLOSED);
        assertThat(Bytes.get(second)).isEqualTo(Conversation.CLOSED);
        assertThat(ended("no-backend")).isEqualTo(2);
        awaitWaiting(0);
    }

    @Test
    void reloadOfTheLimitOfABackendServesTheQueue() throws IOException {
        fixture.startWithAll(WEB + pool(LONG_WAIT, limited(one, 1)));
        assertThat(connect().ask()).isEqualTo("one");
        CompletableFuture<String> first = askLater();
        awaitWaiting(1);
        CompletableFuture<String> second = askLater();
        awaitWaiting(2);

        fixture.reload(WEB + pool(LONG_WAIT, limited(one, 2)));

        assertThat(Bytes.get(first)).isEqualTo("one");
        awaitWaiting(1);

        fixture.reload(WEB + pool(LONG_WAIT, limited(one, 2), limited(two, 1)));

        assertThat(Bytes.get(second)).isEqualTo("two");
    }

    @Test
    void eachReloadOfTheLimitServesTheFirstConnection() throws IOException {
        fixture.startWithAll(WEB + pool(LONG_WAIT, limited(one, 1)));
        assertThat(connect().ask()).isEqualTo("one");
        int clients = 20;
        List<Integer> served = new CopyOnWriteArrayList<>();
        for (int i = 0; i < clients; i++) {
            int client = i;
            askLater().thenRun(() -> served.add(client));
            awaitWaiting(i + 1);
        }

        for (int i = 0; i < clients; i++) {
            fixture.reload(WEB + pool(LONG_WAIT, limited(one, i + 2)));
            int count = i + 1;
            Awaitility.await().until(() -> served.size() == count);
        }

        assertThat(served).isSorted();
    }

    @Test
    void reloadThatTurnsTheQueueOffEndsTheWaits() throws IOException {
        fixture.startWithAll(WEB + pool(LONG_WAIT, limited(one, 1)));
        assertThat(connect().ask()).isEqualTo("one");
        CompletableFuture<String> waiting = askLater();
        awaitWaiting(1);

        fixture.reload(WEB + pool(NO_WAIT, limited(one, 1)));

        assertThat(Bytes.get(waiting)).isEqualTo(Conversation.CLOSED);
        assertThat(fixture.ask()).isNotEqualTo("one");
        Awaitility.await().until(() -> ended("backends-full") + ended("queue-timeout") == 2);
        awaitWaiting(0);

        fixture.reload(WEB + pool(LONG_WAIT, limited(one, 1)));
        CompletableFuture<String> later = askLater();
        awaitWaiting(1);
        conversations.get(0).close();
        assertThat(Bytes.get(later)).isEqualTo("one");
    }

    @Test
    void reloadOfTheTimeoutAppliesToWaitingConnections() throws IOException {
        fixture.startWithAll(WEB + pool(LONG_WAIT, limited(one, 1)));
        assertThat(connect().ask()).isEqualTo("one");
        CompletableFuture<String> waiting = askLater();
        awaitWaiting(1);

        fixture.reload(WEB + pool("queue_timeout = \"100ms\"", limited(one, 1)));

        assertThat(Bytes.get(waiting)).isEqualTo(Conversation.CLOSED);
        assertThat(ended("queue-timeout")).isEqualTo(1);
    }

    @Test
    void removedPoolServesItsQueue() throws IOException {
        String other = pool("", two).replace("pools.web", "pools.other");
        fixture.startWithAll(WEB + pool(LONG_WAIT, limited(one, 1)));
        assertThat(connect().ask()).isEqualTo("one");
        CompletableFuture<String> waiting = askLater();
        awaitWaiting(1);

        fixture.reload(WEB.replace("pool = \"web\"", "pool = \"other\"") + other);
        assertThat(fixture.ask()).isEqualTo("two");
        conversations.get(0).close();

        assertThat(Bytes.get(waiting)).isEqualTo("one");
    }

    /** The backend two is up for the health check but refuses connections. */
    @Test
    void connectionReturnsToTheQueueAfterAFailedConnect() throws IOException {
        fixture.startWithAll(WEB + pool(LONG_WAIT + "\nconnect_attempts = 2", limited(one, 1), limited(two, 1))
                .replace("interval = \"200ms\"", "fall = 100, interval = \"200ms\""));
        two.refuse();
        while (fixture.proxy().snapshot().pools().get(0).backends().get(0).connections() == 0) {
            connect().ask(); // until the round robin begins with one; two refuses
        }
        CompletableFuture<String> first = askLater();
        awaitWaiting(1);
        CompletableFuture<String> second = askLater();
        awaitWaiting(2);

        conversations.get(0).close();
        assertThat(Bytes.get(first)).isEqualTo("one");
        awaitWaiting(1);
        conversations.get(conversations.size() - 2).close();

        assertThat(Bytes.get(second)).isEqualTo("one");
        assertThat(ended("connect-failed")).isZero();
    }
}
