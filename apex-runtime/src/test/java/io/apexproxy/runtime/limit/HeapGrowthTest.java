package io.apexproxy.runtime.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HeapGrowthTest {
    private static final long MIB = 1 << 20;

    private long used;
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
    void smallHeapIsNotCollected() {
        assertThat(collectionsAt(16)).isZero();
    }

    @Test
    void heapIsCollectedWhenItHasDoubled() {
        live = 10 * MIB;
        assertThat(collectionsAt(17)).isEqualTo(1);

        assertThat(collectionsAt(36)).as("2 * 10 + 16 MiB").isEqualTo(1);
        assertThat(collectionsAt(37)).isEqualTo(2);
    }

    @Test
    void heapWithoutGarbageIsCollectedOnceForEachDoubling() {
        for (int mib = 1; mib <= 1_000; mib++) {
            live = mib * MIB;
            collectionsAt(mib);
        }
        assertThat(collections).isEqualTo(5); // at 17, 51, 119, 255 and 527 MiB
    }

    @Test
    void heapThatHasShrunkIsCollectedAgainEarlier() {
        live = 100 * MIB;
        collectionsAt(100);
        live = 10 * MIB;
        assertThat(collectionsAt(217)).isEqualTo(2);
        assertThat(collectionsAt(37)).isEqualTo(3);
    }
}
