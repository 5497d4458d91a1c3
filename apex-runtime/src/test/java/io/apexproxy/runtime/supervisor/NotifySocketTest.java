package io.apexproxy.runtime.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.test.LogCapture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the values of NOTIFY_SOCKET. */
class NotifySocketTest {

    @AutoClose
    private final LogCapture log = LogCapture.ofApex();

    @ParameterizedTest
    @ValueSource(strings = {"/run/systemd/notify", "@/org/freedesktop/systemd1/notify", "@a"})
    void pathsAndAbstractNamesAreAccepted(String name) {
        assertThat(NotifySocket.problem(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"@", "run/notify", "vsock:2:9999", " /run/notify"})
    void otherNamesAreReported(String name) {
        assertThat(NotifySocket.of(name)).isEmpty();

        assertThat(log.lines()).singleElement().asString().startsWith("WARN NOTIFY_SOCKET is set, but")
                .contains("found \"" + name + "\"", "Type=exec");
    }

    @Test
    void olderJavaIsReported() {
        assumeTrue(Runtime.version().feature() < 22, "this Java has native calls");

        assertThat(NotifySocket.of("/run/notify")).isEmpty();

        assertThat(log.lines()).singleElement().asString().startsWith("WARN NOTIFY_SOCKET is set, but")
                .contains("Java 22 or newer");
    }
}
