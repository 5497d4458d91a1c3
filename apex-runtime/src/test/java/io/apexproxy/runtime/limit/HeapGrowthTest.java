package io.apexproxy.runtime.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HeapGrowthTest {
    private static final long MIB = 1 << 20;

    private long used = 6 * MIB;
    private long live;
    private int collections;
    private final HeapGrowth growth = new HeapGrowth(() -> used, () -> {
        used = live;
        collections++;
    });

    private int collectionsAt(long mib) {
        used = mib * MIB;
        growth.run();
        return collections;
    }

    @Test
    void heapIsCollectedWhenItHasDoubled() {
        live = 10 * MIB;
        assertThat(collectionsAt(16)).as("2 * 6 + 4 MiB").isZero();
        assertThat(collectionsAt(17)).isEqualTo(1);

        assertThat(collectionsAt(24)).as("2 * 10 + 4 MiB").isEqualTo(1);
        assertThat(collectionsAt(25)).isEqualTo(2);
    }

    @Test
    void heapWithoutGarbageIsCollectedOnceForEachDoubling() {
        for (int mib = 1; mib <= 1_000; mib++) {
            live = mib * MIB;
            collectionsAt(mib);
        }
        assertThat(collections).isEqualTo(6); // at 17, 39, 83, 171, 347 and 699 MiB
    }

    @Test
    void heapThatHasShrunkIsCollectedAgainEarlier() {
        live = 100 * MIB;
        collectionsAt(100);
        live = 10 * MIB;
        assertThat(collectionsAt(205)).isEqualTo(2);
        assertThat(collectionsAt(25)).isEqualTo(3);
    }
}
