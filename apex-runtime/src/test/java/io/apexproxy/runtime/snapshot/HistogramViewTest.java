package io.apexproxy.runtime.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.snapshot.Snapshot.HistogramView;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistogramViewTest {

    /** 1 ms, 5 ms and 10 ms. */
    private static final List<Long> BOUNDS = List.of(1_000_000L, 5_000_000L, 10_000_000L);

    @Test
    void percentileIsTheBoundOfItsBucket() {
        HistogramView view = new HistogramView(BOUNDS, List.of(50L, 48L, 2L, 0L), 0);

        assertThat(view.percentileMillis(50)).hasValue(1);
        assertThat(view.percentileMillis(51)).hasValue(5);
        assertThat(view.percentileMillis(98)).hasValue(5);
        assertThat(view.percentileMillis(99)).hasValue(10);
    }

    @Test
    void lastBucketCountsAsTwiceTheHighestBound() {
        assertThat(new HistogramView(BOUNDS, List.of(0L, 0L, 0L, 1L), 0).percentileMillis(1)).hasValue(20);
    }

    @Test
    void histogramWithoutDurationsHasNoPercentile() {
        assertThat(new HistogramView(BOUNDS, List.of(0L, 0L, 0L, 0L), 0).percentileMillis(99)).isEmpty();
    }
}
