package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.supervisor.Notifier;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of the messages of a proxy to its supervisor. */
class NotificationsTest {

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final String config = ReloadFixture.WEB + pool(apex.server("a"));

    @BeforeEach
    void start() {
        apex.notify(new Notifier.Channel() {
            @Override
            public void send(String message) {
                messages.add(message.replace('\n', ' '));
            }

            @Override
            public long monotonicMicros() {
                return 17;
            }
        });
        apex.start(config);
    }

    @Test
    void proxyIsReadyWhenItsListenersAccept() {
        assertThat(apex.ask()).isEqualTo("a");
        assertThat(messages).singleElement().asString()
                .matches("READY=1 STATUS=Serving: web on 127.0.0.1:0 to pool web MAINPID=\\d+");
    }

    @Test
    void reloadIsNotifiedWithItsResult() {
        messages.clear();

        apex.reload(config.replace("listeners.web]", "listeners.web]\nmax_connections = 9"));
        apex.proxy().reload();

        assertThat(messages.get(0)).isEqualTo("RELOADING=1 MONOTONIC_USEC=17 STATUS=Reloading");
        assertThat(messages).anyMatch(message -> message.contains("STATUS=Configuration changed: "))
                .anyMatch(message -> message.endsWith("STATUS=Configuration read again: nothing changed"));
        awaitReady();
    }

    /** The watch of the file can reload at the same time; the last one of them is ready. */
    private void awaitReady() {
        await().until(() -> messages.get(messages.size() - 1).startsWith("READY=1"));
    }

    @Test
    void rejectedReloadIsReadyAgain() {
        messages.clear();

        apex.reload(config + "nonsense = 1\n");

        assertThat(messages).contains("RELOADING=1 MONOTONIC_USEC=17 STATUS=Reloading")
                .anyMatch(message -> message.contains("STATUS=Configuration not changed, the previous one stays in"
                        + " force: ") && message.contains("nonsense"));
        awaitReady();
    }

    @Test
    void drainIsNotified() {
        messages.clear();

        apex.proxy().shutdown();

        assertThat(messages).first().asString().startsWith("STOPPING=1 STATUS=Draining: 0 connections");
        assertThat(messages).element(1).asString().startsWith("STATUS=Draining: 0 connections, timeout ");
    }
}
