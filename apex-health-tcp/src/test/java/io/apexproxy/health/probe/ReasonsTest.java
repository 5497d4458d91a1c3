package io.apexproxy.health.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReasonsTest {

    @Test
    void theSystemsWordsFitIntoASentence() {
        assertThat(Reasons.of(new NoRouteToHostException("No route to host"))).isEqualTo("no route to host");
        assertThat(Reasons.of(new NoRouteToHostException())).isEqualTo("NoRouteToHostException");
    }

    @Test
    void durationsAreWrittenAsInTheConfiguration() {
        assertThat(Reasons.words(Duration.ofSeconds(2))).isEqualTo("2s");
        assertThat(Reasons.words(Duration.ofMillis(1500))).isEqualTo("1500ms");
    }

    @Test
    void aLongAnswerIsCut() {
        assertThat(Excerpt.of(ByteBuffer.wrap("x".repeat(61).getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("\"" + "x".repeat(60) + "\"...");
    }

    @Test
    void bytesBeyondAsciiAreEscaped() {
        assertThat(Excerpt.of(ByteBuffer.wrap("ü\0".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("\"\\xc3\\xbc\\x00\"");
    }
}
