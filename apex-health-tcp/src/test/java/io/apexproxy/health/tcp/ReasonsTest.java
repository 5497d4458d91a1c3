package io.apexproxy.health.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReasonsTest {

    @Test
    void messageOfTheSystemStartsInLowerCase() {
        assertThat(Reasons.of(new NoRouteToHostException("No route to host"))).isEqualTo("no route to host");
        assertThat(Reasons.of(new NoRouteToHostException())).isEqualTo("NoRouteToHostException");
    }

    @Test
    void durationsHaveTheFormOfTheConfiguration() {
        assertThat(Reasons.format(Duration.ofSeconds(2))).isEqualTo("2s");
        assertThat(Reasons.format(Duration.ofMillis(1500))).isEqualTo("1500ms");
    }

    @Test
    void longExcerptIsCut() {
        assertThat(Excerpt.of(ByteBuffer.wrap("x".repeat(61).getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("\"" + "x".repeat(60) + "\"...");
    }

    @Test
    void nonAsciiBytesAreEscaped() {
        assertThat(Excerpt.of(ByteBuffer.wrap("ü\0".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("\"\\xc3\\xbc\\x00\"");
    }
}
