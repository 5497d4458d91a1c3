package io.apexproxy.runtime.plugin.unit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiVersionTest {

    @ParameterizedTest
    @CsvSource({
        "0.1.0, 0.1.0, true",
        "0.1.7, 0.1.0, true",
        "0.1.0, 0.2.0, true",
        "0.2.0, 0.1.9, false",
        "0.9, 1.0, false",
        "2.0, 1.9, false",
        "1, 1.0-SNAPSHOT, true",
        "1.10, 1.9, false"
    })
    void sameMajorAndSameOrOlderMinorVersionFits(String plugin, String host, boolean fits) {
        assertThat(ApiVersion.parse(plugin).orElseThrow().fits(ApiVersion.parse(host).orElseThrow())).isEqualTo(fits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "latest", "v1", "99999999999.0", "1.99999999999"})
    void invalidVersionIsEmpty(String text) {
        assertThat(ApiVersion.parse(text)).isEmpty();
    }
}
