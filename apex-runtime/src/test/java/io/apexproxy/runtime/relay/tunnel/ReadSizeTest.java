package io.apexproxy.runtime.relay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.buffer.BufferPool;
import org.junit.jupiter.api.Test;

class ReadSizeTest {

    private int state = ReadSize.FIRST;

    private int size() {
        return ReadSize.sizeOf(state);
    }

    private void read(int count, boolean sinkKeepsUp) {
        state = ReadSize.adapt(state, count, size(), sinkKeepsUp, 0);
    }

    private void readFull(boolean sinkKeepsUp) {
        read(BufferPool.bytes(size()), sinkKeepsUp);
    }

    @Test
    void sizeGrowsToTheDefaultMaximumWhileReadsFillTheBuffer() {
        assertThat(size()).isEqualTo(BufferPool.FIRST_SIZE);
        readFull(true);
        assertThat(size()).isEqualTo(BufferPool.FIRST_SIZE + 1);
        readFull(true);
        readFull(true);
        assertThat(size()).isEqualTo(ReadSize.DEFAULT_MAX_SIZE);
        assertThat(BufferPool.bytes(size())).isEqualTo(64 * 1024);
    }

    @Test
    void sizeDoesNotGrowWhileTheSinkIsBlocked() {
        readFull(false);
        assertThat(size()).isEqualTo(BufferPool.FIRST_SIZE);
    }

    @Test
    void onlyLongTransfersUseTheLargestBuffers() {
        for (int i = 0; i < BufferPool.SIZES; i++) {
            state = ReadSize.adapt(state, BufferPool.bytes(size()), size(), true, ReadSize.LONG_TRANSFER_BYTES);
        }
        assertThat(size()).isEqualTo(BufferPool.SIZES - 1);

        readFull(true);
        assertThat(size()).as("short transfer").isEqualTo(ReadSize.DEFAULT_MAX_SIZE);
    }

    @Test
    void sizeShrinksAfterTwoConsecutiveSmallReadsButNotBelowTheFirstSize() {
        readFull(true);
        readFull(true);
        int grown = size();
        read(1, true);
        assertThat(size()).isEqualTo(grown);
        read(BufferPool.bytes(grown) - 1, true); // would not fit in a smaller buffer
        read(1, true);
        assertThat(size()).isEqualTo(grown);
        read(1, true);
        assertThat(size()).isEqualTo(grown - 1);
        for (int i = 0; i < 10; i++) {
            read(1, true);
        }
        assertThat(size()).isEqualTo(BufferPool.FIRST_SIZE);
    }
}
