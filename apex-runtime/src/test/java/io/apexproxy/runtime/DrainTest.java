package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.test.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The delay before a drain, and the drain timeouts of listeners. */
class DrainTest {

    private static final String OTHER = """
            [listeners.other]
            listen_addr = "127.0.0.1:0"
            pool = "web"
            """;

    private static final int DISTRIBUTED = 20;

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");

    private final List<Conversation> conversations = new ArrayList<>();

    @AfterEach
    void closeConversations() throws IOException {
        for (Conversation conversation : conversations) {
            conversation.close();
        }
    }

    private Conversation open(String listener) throws IOException {
        Conversation conversation = new Conversation(apex.address(listener));
        conversations.add(conversation);
        return conversation;
    }

    private Conversation connect(String listener) throws IOException {
        Conversation conversation = open(listener);
        assertThat(conversation.ask()).isEqualTo("a");
        return conversation;
    }

    private String reason() {
        return apex.proxy().snapshot().readiness().reason();
    }

    @Test
    void eachListenerEndsItsSessionsAtItsOwnTimeout() throws IOException {
        apex.start("drain_timeout = \"10m\"\n" + WEB + "drain_timeout = \"500ms\"\n" + OTHER + pool(a));
        Conversation shorter = connect("web");
        Conversation longer = connect("other");
        CompletableFuture<Boolean> stopped = Bytes.async(apex.proxy()::shutdown);

        await().until(() -> apex.log.count("Drain timeout of listener web: closing 1 connection") == 1);
        await().until(() -> shorter.ask().equals(Conversation.CLOSED));
        assertThat(longer.ask()).isEqualTo("a");
        assertThat(stopped).isNotDone();

        longer.close();
        assertThat(Bytes.get(stopped)).as("all sessions ended before the timeouts").isFalse();
        assertThat(apex.log.count("Draining: 2 connections, timeout 500ms to 600s")).isOne();
        assertThat(apex.proxy().snapshot().endings()).containsEntry("drained", 1L);
    }

    @Test
    void sessionsOfARemovedListenerKeepItsLastTimeout() throws IOException {
        String web = "drain_timeout = \"500ms\"\n" + WEB;
        apex.start(web + OTHER + "drain_timeout = \"1s\"\n" + pool(a));
        Conversation shorter = connect("web");
        Conversation longer = connect("other");
        apex.reload(web + OTHER + "drain_timeout = \"10m\"\n" + pool(a));
        apex.reload(web + pool(a));

        CompletableFuture<Boolean> stopped = Bytes.async(apex.proxy()::shutdown);

        await().until(() -> shorter.ask().equals(Conversation.CLOSED));
        assertThat(longer.ask()).isEqualTo("a");
        assertThat(stopped).isNotDone();
        longer.close();
        Bytes.get(stopped);
    }

    @Test
    void connectionsThatWaitForARemovedListenerAreClosedAtItsTimeout() throws IOException {
        String process = "drain_timeout = \"10m\"\n";
        String limited = WEB + "max_connections = 1\ndrain_timeout = \"500ms\"\n";
        apex.start(process + limited + pool(a));
        Conversation served = connect("web");
        Conversation waiting = open("web");
        await().until(() -> apex.proxy().snapshot().waiting() == 1);

        apex.reload(process + "threads = 2\n" + OTHER + pool(a));

        await().until(() -> apex.log.count("1 connections that were waiting at a limit are closed") == 1);
        assertThat(waiting.ask()).isEqualTo(Conversation.CLOSED);
        assertThat(served.ask()).isEqualTo("a");
    }

    @Test
    void delayServesNewConnectionsAndRejectsReloads() throws IOException {
        apex.start("drain_delay = \"10m\"\n" + WEB + pool(a));
        Conversation open = connect("web");
        CompletableFuture<Boolean> stopped = Bytes.async(apex.proxy()::shutdown);
        await().until(() -> apex.log.count("Draining: accepts for another 600s (drain_delay)") == 1);

        assertThat(apex.proxy().snapshot().readiness().phase()).isEqualTo(Snapshot.Phase.DRAINING);
        assertThat(reason()).matches(
                "draining: 1 connection open; listeners accept for another \\d+m \\(drain_delay\\)");
        assertThat(apex.ask(3)).containsOnly("a");
        apex.reload(OTHER + pool(a));
        assertThat(apex.proxy().snapshot().listeners()).extracting(Snapshot.ListenerView::name)
                .containsExactly("web");

        apex.proxy().close();
        assertThat(Bytes.get(stopped)).isFalse();
        assertThat(open.ask()).isEqualTo(Conversation.CLOSED);
        assertThat(apex.log.count("timeout 30s")).isZero();
    }

    @Test
    void drainFollowsTheDelay() throws IOException {
        apex.start("drain_delay = \"300ms\"\n" + WEB + pool(a));
        Conversation open = connect("web");
        CompletableFuture<Boolean> stopped = Bytes.async(apex.proxy()::shutdown);
        await().until(() -> apex.log.count("Draining: 1 connection, timeout 30s") == 1);
        assertThat(open.ask()).isEqualTo("a");
        assertThat(apex.ask()).isNotEqualTo("a");

        open.close();
        assertThat(Bytes.get(stopped)).isTrue();
    }

    /** The kernel distributes the connections between both loops, so the other loop has some of them. */
    @Test
    void oldestSessionsAreListedWhileALoopIsBlocked() throws IOException {
        CompletableFuture<Boolean> blocked = new CompletableFuture<>();
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        apex.balancer.over(healthy -> connection -> {
            if (connection.listener().equals("other")) {
                blocked.complete(true);
                end.join();
            }
            return healthy.get(0);
        });
        apex.start(WEB + OTHER + pool("load_balancer = \"scripted\"", a));
        try {
            for (int i = 0; i < DISTRIBUTED; i++) {
                connect("web");
            }
            open("other");
            assertThat(Bytes.get(blocked)).isTrue();
            CompletableFuture<Boolean> stopped = Bytes.async(apex.proxy()::shutdown);

            await().untilAsserted(() -> assertThat(reason()).matches("draining: " + (DISTRIBUTED + 1)
                    + " connections left, closed in \\d+s; longest: .*\\(listener web, \\d+s\\)"));

            assertThat(reason().split("\\(listener ")).hasSizeBetween(2, 4);
            end.complete(true);
            apex.proxy().close();
            assertThat(Bytes.get(stopped)).isFalse();
        } finally {
            end.complete(true);
        }
    }
}
