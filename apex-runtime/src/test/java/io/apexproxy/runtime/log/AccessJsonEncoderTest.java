package io.apexproxy.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class AccessJsonEncoderTest {

    private final LoggingEvent line = new LoggingEvent("", new LoggerContext().getLogger("apex.access.json"),
            Level.INFO, "client-closed", null, null);

    private String encoded() {
        line.setTimeStamp(1_770_000_000_123L);
        return new String(new AccessJsonEncoder().encode(line), StandardCharsets.UTF_8);
    }

    @Test
    void lineIsOneFlatObjectWithNumbers() {
        line.setKeyValuePairs(List.of(new KeyValuePair("client", "[::1]:40112"),
                new KeyValuePair("connect_ms", new BigDecimal("0.3")), new KeyValuePair("from_client", 78L),
                new KeyValuePair("attempts", 1)));

        assertThat(encoded()).isEqualTo("{\"time\":\"2026-02-02T02:40:00.123Z\",\"cause\":\"client-closed\","
                + "\"client\":\"[::1]:40112\",\"connect_ms\":0.3,\"from_client\":78,\"attempts\":1}\n");
    }

    @Test
    void fieldWithoutAValueIsNull() {
        line.setKeyValuePairs(List.of(new KeyValuePair("backend", "-"), new KeyValuePair("connect_ms", "-"),
                new KeyValuePair("other", null)));

        assertThat(encoded()).endsWith("\"backend\":null,\"connect_ms\":null,\"other\":null}\n");
    }

    @Test
    void textIsEscaped() {
        line.setKeyValuePairs(List.of(new KeyValuePair("listener", "a\"b\\c\nd\u001b")));

        assertThat(encoded()).endsWith("\"listener\":\"a\\\"b\\\\c\\nd\\u001B\"}\n");
    }

    @Test
    void lineWithoutFieldsHasTimeAndCause() {
        assertThat(encoded()).isEqualTo("{\"time\":\"2026-02-02T02:40:00.123Z\",\"cause\":\"client-closed\"}\n");
    }
}
