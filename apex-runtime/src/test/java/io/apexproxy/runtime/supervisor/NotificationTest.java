package io.apexproxy.runtime.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the datagrams of sd_notify(3). */
class NotificationTest {

    /** NOTIFY_BUFFER_MAX of systemd 247 is PIPE_BUF. */
    private static final int MOST_BYTES = 4096;

    @Test
    void messagesHaveTheFieldsOfTheProtocol() {
        assertThat(Notification.ready("Serving: web", 4711)).isEqualTo("READY=1\nSTATUS=Serving: web\nMAINPID=4711");
        assertThat(Notification.ready("Changed")).isEqualTo("READY=1\nSTATUS=Changed");
        assertThat(Notification.reloading(123_456)).isEqualTo("RELOADING=1\nMONOTONIC_USEC=123456\nSTATUS=Reloading");
        assertThat(Notification.stopping("Draining")).isEqualTo("STOPPING=1\nSTATUS=Draining");
        assertThat(Notification.status("Draining")).isEqualTo("STATUS=Draining");
    }

    @Test
    void statusCannotAddAField() {
        assertThat(Notification.status("a\nMAINPID=1\r\u0000b")).isEqualTo("STATUS=a\\nMAINPID=1\\r\\u0000b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\n", "\u0001", "\u20ac", "\ud83d\ude00", "\ud800"})
    void longStatusFitsIntoADatagram(String character) {
        String message = Notification.ready(character.repeat(100_000), Long.MAX_VALUE);

        assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(MOST_BYTES);
        assertThat(message.lines()).hasSize(3);
        assertThat(message).contains("… (");
    }
}
