package io.apexproxy.runtime.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionIdTest {

    @Test
    void textIsParsed() {
        SessionId id = new SessionId(3, 123_456_789_012L);

        assertThat(id).hasToString("3-123456789012");
        assertThat(SessionId.parse(id.toString())).contains(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "-1", "1-", "a-1", "1-1-1", "1--1", " 1-1", "99999-1", "1-9999999999999999999"})
    void otherTextIsNoIdentifier(String text) {
        assertThat(SessionId.parse(text)).isEmpty();
    }
}
