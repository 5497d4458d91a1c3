package io.apexproxy.runtime.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "3, 3", "0.25, 0.3", "9.94, 9.9", "9.96, 10", "1234567.8, 1234568"})
    void numbers(double value, String text) {
        assertThat(Amount.number(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1572864, 1.5 MiB", "1e18, 888.2 PiB", "1e20, 88817.8 PiB"})
    void sizes(double value, String text) {
        assertThat(Amount.bytes(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0ms", "999, 999ms", "1000, 1.0s", "59999, 59.9s", "60000, 1m 0s", "3599000, 59m 59s",
        "3600000, 1h 0m", "86399000, 23h 59m", "90000000, 1d 1h"})
    void times(double millis, String text) {
        assertThat(Amount.time(millis)).isEqualTo(text);
    }
}
