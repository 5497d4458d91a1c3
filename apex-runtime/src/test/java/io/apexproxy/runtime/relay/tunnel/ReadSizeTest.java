package io.apexproxy.runtime.relay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.relay.buffer.BufferPool;
import org.junit.jupiter.api.Test;

class ReadSizeTest {

    private final ReadSize size = new ReadSize();

    private void read(int count, boolean sinkKeepsUp) {
        size.adapt(count, size.next(), sinkKeepsUp, 0);
    }

    private void readFull(boolean sinkKeepsUp) {
        read(BufferPool.bytes(size.next()), sinkKeepsUp);
    }

    @Test
    void growsToTheUsualLargestWhileReadsFillTheBufferAndTheSinkKeepsUp() {
        assertThat(size.next()).isEqualTo(BufferPool.FIRST_SIZE);
        readFull(true);
        assertThat(size.next()).isEqualTo(BufferPool.FIRST_SIZE + 1);
        readFull(true);
        readFull(true);
        assertThat(size.next()).isEqualTo(ReadSize.USUAL_LARGEST);
        assertThat(BufferPool.bytes(size.next())).isEqualTo(64 * 1024);
    }

    @Test
    void doesNotGrowWhileTheSinkIsBlocked() {
        readFull(false);
        assertThat(size.next()).isEqualTo(BufferPool.FIRST_SIZE);
    }

    @Test
    void givesTheLargestBuffersToLongTransfersOnly() {
        for (int i = 0; i < BufferPool.SIZES; i++) {
            size.adapt(BufferPool.bytes(size.next()), size.next(), true, ReadSize.LONG_TRANSFER_BYTES);
        }
        assertThat(size.next()).isEqualTo(BufferPool.SIZES - 1);

        readFull(true);
        assertThat(size.next()).as("a short one").isEqualTo(ReadSize.USUAL_LARGEST);
    }

    @Test
    void shrinksAfterTwoSmallReadsInARowAndNeverBelowTheFirstSize() {
        readFull(true);
        readFull(true);
        int grown = size.next();
        read(1, true);
        assertThat(size.next()).isEqualTo(grown);
        read(BufferPool.bytes(grown) - 1, true); // would not have fitted a smaller one
        read(1, true);
        assertThat(size.next()).isEqualTo(grown);
        read(1, true);
        assertThat(size.next()).isEqualTo(grown - 1);
        for (int i = 0; i < 10; i++) {
            read(1, true);
        }
        assertThat(size.next()).isEqualTo(BufferPool.FIRST_SIZE);
    }
}
