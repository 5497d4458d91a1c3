package io.apexproxy.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({"PT0S, 0s", "PT5S, 5s", "PT0.25S, 250ms", "PT10M, 600s"})
    void textHasSecondsOrMilliseconds(Duration duration, String text) {
        assertThat(Durations.text(duration)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"PT-1S, 1s", "PT0S, 1s", "PT0.4S, 1s", "PT4.97S, 5s", "PT119S, 119s", "PT120S, 2m", "PT119M59S, 119m",
        "PT2H, 2h", "PT47H59M, 47h", "PT48H, 2d", "P36500D, 36500d"})
    void roundedTextHasOneUnit(Duration duration, String text) {
        assertThat(Durations.rounded(duration)).isEqualTo(text);
    }
}
