package io.apexproxy.runtime.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LaneHistogramTest {

    private static final int BUCKETS = new LaneHistogram(1).bounds().size() + 1;

    private final LaneHistogram histogram = new LaneHistogram(2);

    @Test
    void boundsAreInclusive() {
        histogram.add(0, TimeUnit.MICROSECONDS.toNanos(500));
        histogram.add(0, TimeUnit.MICROSECONDS.toNanos(500) + 1);

        assertThat(histogram.counts()).isEqualTo(counts(1, 1));
    }

    @Test
    void lastBucketHasNoBound() {
        histogram.add(1, TimeUnit.MINUTES.toNanos(1));

        assertThat(histogram.counts().get(BUCKETS - 1)).isEqualTo(1);
        assertThat(histogram.sum()).isEqualTo(TimeUnit.MINUTES.toNanos(1));
    }

    @Test
    void countsIncludeAllLanes() {
        histogram.add(0, 0);
        histogram.add(1, 7);
        histogram.add(1, 8);

        assertThat(histogram.counts()).isEqualTo(counts(3));
        assertThat(histogram.sum()).isEqualTo(15);
    }

    private static List<Long> counts(long... first) {
        List<Long> counts = new ArrayList<>(Collections.nCopies(BUCKETS, 0L));
        for (int bucket = 0; bucket < first.length; bucket++) {
            counts.set(bucket, first[bucket]);
        }
        return counts;
    }
}
