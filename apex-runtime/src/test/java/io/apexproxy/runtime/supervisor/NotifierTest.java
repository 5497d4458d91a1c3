package io.apexproxy.runtime.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Tests of the order of messages, and of failures. */
class NotifierTest {

    private static final long MICROS = 17;

    private final List<String> messages = new ArrayList<>();
    private Optional<Exception> failure = Optional.empty();
    private final Notifier notifier = new Notifier(Optional.of(new Notifier.Channel() {
        @Override
        public void send(String message) throws IOException {
            if (failure.isPresent()) {
                if (failure.get() instanceof IOException e) {
                    throw e;
                }
                throw (RuntimeException) failure.get();
            }
            messages.add(message.replace('\n', ' '));
        }

        @Override
        public long monotonicMicros() {
            return MICROS;
        }
    }));

    @AutoClose
    private final LogCapture log = LogCapture.ofApex();

    @Test
    void lifeOfAProcessIsNotified() {
        notifier.ready("Serving");
        notifier.reload(() -> "Changed");
        notifier.status("Rejected");
        notifier.stopping("Draining");
        notifier.status("1 left");

        assertThat(messages).containsExactly("READY=1 STATUS=Serving MAINPID=" + ProcessHandle.current().pid(),
                "RELOADING=1 MONOTONIC_USEC=17 STATUS=Reloading", "READY=1 STATUS=Changed", "STATUS=Rejected",
                "STOPPING=1 STATUS=Draining", "STATUS=1 left");
        assertThat(notifier.isActive()).isTrue();
    }

    @Test
    void readyFollowsTheLastOfConcurrentReloads() {
        notifier.ready("Serving");
        messages.clear();

        String last = notifier.reload(() -> {
            notifier.reload(() -> "First");
            return "Second";
        });

        assertThat(last).isEqualTo("Second");

        assertThat(messages).element(2).isEqualTo("STATUS=First");
        assertThat(messages).element(3).isEqualTo("READY=1 STATUS=Second");
        assertThat(messages).hasSize(4);
    }

    @Test
    void reloadThatThrowsIsReadyAgain() {
        notifier.ready("Serving");
        messages.clear();

        assertThatThrownBy(() -> notifier.reload(() -> {
            throw new StackOverflowError();
        })).isInstanceOf(StackOverflowError.class);

        assertThat(messages).last().isEqualTo("READY=1 STATUS=Reload failed");
    }

    @Test
    void nothingIsNotifiedBeforeTheProcessIsReady() {
        notifier.reload(() -> "Changed");
        notifier.status("Rejected");
        notifier.stopping("Draining");

        assertThat(messages).isEmpty();
    }

    @Test
    void processThatStopsIsNotReadyAgain() {
        notifier.ready("Serving");
        notifier.reload(() -> {
            notifier.stopping("Draining");
            messages.clear();
            return "Changed";
        });
        notifier.ready("Serving");
        notifier.reload(() -> "Changed");
        notifier.stopping("Draining");

        assertThat(messages).isEmpty();
    }

    @Test
    void processThatHasBeenTakenOverIsSilent() {
        notifier.ready("Serving");
        messages.clear();

        notifier.retire();
        notifier.reload(() -> "Changed");
        notifier.stopping("Draining");
        notifier.status("1 left");

        assertThat(messages).isEmpty();
    }

    @Test
    void failuresAreLoggedOnceUntilAMessageIsSent() {
        failure = Optional.of(new IOException("Connection refused"));
        notifier.ready("Serving");
        notifier.status("1");
        failure = Optional.of(new IllegalStateException("no memory"));
        notifier.status("2");
        assertThat(log.lines()).singleElement().asString().contains("WARN", "NOTIFY_SOCKET", "Connection refused");

        failure = Optional.empty();
        notifier.status("3");
        failure = Optional.of(new IllegalStateException("no memory"));
        notifier.status("4");

        assertThat(messages).containsExactly("STATUS=3");
        assertThat(log.lines()).hasSize(2).last().asString().contains("no memory");
    }

    @Test
    void withoutASupervisorNothingHappens() {
        Notifier none = Supervisor.none().notifier();

        none.ready("Serving");
        none.reload(() -> "Changed");
        none.stopping("Draining");

        assertThat(none.isActive()).isFalse();
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void processWithoutTheVariableHasNoSupervisor() {
        assertThat(Notifier.ofProcess().isActive()).isFalse();
        assertThat(log.lines()).isEmpty();
    }
}
