package io.apexproxy.runtime.rates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apexproxy.runtime.snapshot.RatesView.Rates;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateTrackTest {

    private static final long START = Long.MAX_VALUE - seconds(20); // nanoTime can overflow

    private final RateTrack track = new RateTrack(START, new Counts(100, 200, 300, 400));

    /** Samples are at 10 s with 20 connections more, and at 20 s with 60 more. */
    @ParameterizedTest(name = "after {0} ms with {1} connections more: {2}/s")
    @CsvSource({"0, 0, 0", "499, 5, 0", "500, 5, 10", "4000, 8, 2", "9999, 0, 0"})
    void ratesBeforeTheFirstSampleBeginAtTheStart(long millis, long connections, double expected) {
        track.set(new Counts(100 + connections, 200, 300, 400));

        assertThat(track.rates(START + TimeUnit.MILLISECONDS.toNanos(millis)).connections())
                .isEqualTo(expected, within(0.01));
    }

    @ParameterizedTest(name = "after {0} s with {1} connections more: {2}/s")
    @CsvSource({"21, 61, 3.73", "24, 62, 3", "25, 60, 0", "25, 70, 2", "30, 70, 1"})
    void ratesBeginAtTheLastSampleThatIsOldEnough(long seconds, long connections, double expected) {
        sampleAt(10, 20);
        sampleAt(20, 60);
        track.set(new Counts(100 + connections, 200, 300, 400));

        assertThat(track.rates(START + seconds(seconds)).connections())
                .isEqualTo(expected, within(0.01));
    }

    @Test
    void allCountsHaveRates() {
        track.set(new Counts(110, 220, 330, 440));

        assertThat(track.rates(START + seconds(10))).isEqualTo(new Rates(1, 2, 3, 4));
    }

    @Test
    void sampleReturnsTheRatesSinceTheLastSample() {
        assertThat(sampleAt(10, 20).connections()).isEqualTo(2);
        assertThat(sampleAt(30, 60).connections()).isEqualTo(2);
        assertThat(sampleAt(30, 60)).isEqualTo(Rates.NONE);
    }

    @Test
    void lowerCountsHaveNoIncrease() {
        assertThat(track.set(new Counts(90, 250, 0, 400))).isEqualTo(new Counts(0, 50, 0, 0));
        assertThat(track.rates(START + seconds(10))).isEqualTo(new Rates(0, 5, 0, 0));
    }

    @Test
    void increasesAddUp() {
        track.add(new Counts(1, 0, 0, 0));
        track.add(new Counts(4, 0, 0, 10));

        assertThat(track.rates(START + seconds(5))).isEqualTo(new Rates(1, 0, 0, 2));
    }

    private Rates sampleAt(long seconds, long connections) {
        track.set(new Counts(100 + connections, 200, 300, 400));
        return track.sample(START + seconds(seconds));
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}
