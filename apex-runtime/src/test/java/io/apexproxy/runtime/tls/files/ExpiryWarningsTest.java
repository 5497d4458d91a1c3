package io.apexproxy.runtime.tls.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.tls.files.ExpiryWarnings.Warning;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpiryWarningsTest {

    private static final Instant EXPIRY = Instant.parse("2030-01-31T00:00:00Z");

    private final ExpiryWarnings warnings = new ExpiryWarnings();

    @ParameterizedTest
    @CsvSource({"P15D, NONE", "PT336H1S, NONE", "P14D, SOON", "PT1S, SOON", "PT0S, EXPIRED", "P-400D, EXPIRED"})
    void warningDependsOnTheTimeBeforeTheExpiry(Duration before, Warning expected) {
        assertThat(warnings.at(EXPIRY.minus(before), EXPIRY)).isEqualTo(expected);
    }

    @Test
    void warningIsRepeatedOnceADay() {
        Instant start = EXPIRY.minus(Duration.ofDays(3));

        assertThat(warnings.at(start, EXPIRY)).isEqualTo(Warning.SOON);
        assertThat(warnings.at(start.plusSeconds(1), EXPIRY)).isEqualTo(Warning.NONE);
        assertThat(warnings.at(start.plus(Duration.ofHours(24)).minusMillis(1), EXPIRY)).isEqualTo(Warning.NONE);
        assertThat(warnings.at(start.plus(Duration.ofHours(24)), EXPIRY)).isEqualTo(Warning.SOON);
        assertThat(warnings.at(start.plus(Duration.ofHours(25)), EXPIRY)).isEqualTo(Warning.NONE);
    }

    @Test
    void expiryIsReportedOnce() {
        assertThat(warnings.at(EXPIRY, EXPIRY)).isEqualTo(Warning.EXPIRED);
        assertThat(warnings.at(EXPIRY.plus(Duration.ofDays(2)), EXPIRY)).isEqualTo(Warning.NONE);
    }

    @Test
    void anotherCertificateIsReportedAgain() {
        warnings.at(EXPIRY, EXPIRY);

        assertThat(warnings.at(EXPIRY, EXPIRY.plusSeconds(1))).isEqualTo(Warning.SOON);
        assertThat(warnings.at(EXPIRY, Instant.MAX)).isEqualTo(Warning.NONE);
    }
}
