package io.apexproxy.runtime.cli.convert.draft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {

    @ParameterizedTest
    @CsvSource({"500, ms, 500ms", "500, s, 500s", "10m, ms, 10m", "90s, ms, 90s", "1500us, ms, 2ms", "1h30m, s, 90m",
        "1h 30m, s, 90m", "2d, ms, 48h", "1w, s, 168h", "0, s, 0s", "60, s, 1m"})
    void durationsAreConverted(String text, String unit, String duration) {
        assertThat(Times.text(text, unit)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "5x", "1.5s", "-1", "12345678901234567890"})
    void otherTextIsLeftToTheCheck(String text) {
        assertThat(Times.millis(text, Times.NGINX)).isEmpty();
        assertThat(Times.text(text, Times.NGINX)).isEqualTo(text);
    }
}
