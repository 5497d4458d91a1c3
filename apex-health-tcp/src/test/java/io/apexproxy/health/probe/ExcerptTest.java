package io.apexproxy.health.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ExcerptTest {

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
