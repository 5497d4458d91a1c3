package io.apexproxy.runtime.buffer;

import static io.apexproxy.runtime.buffer.BufferMemory.SLAB_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BufferPoolTest {

    private static final int LARGEST = BufferPool.SIZES - 1;
    private static final int FIRST = BufferPool.FIRST_SIZE;

    private final BufferMemory memory = new BufferMemory(16L * SLAB_BYTES, 2);
    private final BufferPool pool = new BufferPool(memory, 0);

    @Test
    void sizesArePowersOfTwoFrom1To256KiB() {
        for (int size = 0; size < BufferPool.SIZES; size++) {
            assertThat(pool.lend(size).bytes().remaining()).isEqualTo(1024 << size);
        }
        assertThat(BufferPool.bytes(LARGEST)).isEqualTo(SLAB_BYTES);
    }

    @Test
    void noTwoLentBuffersShareAByte() {
        for (int size = 0; size < BufferPool.SIZES; size++) {
            List<Buffer> lent = new ArrayList<>();
            for (int i = 0; i < 2 * SLAB_BYTES / BufferPool.bytes(size); i++) {
                lent.add(pool.lend(size));
                while (lent.get(i).bytes().hasRemaining()) {
                    lent.get(i).bytes().put((byte) i);
                }
            }
            for (int i = 0; i < lent.size(); i++) {
                lent.get(i).bytes().flip();
                while (lent.get(i).bytes().hasRemaining()) {
                    assertThat(lent.get(i).bytes().get()).isEqualTo((byte) i);
                }
            }
            lent.forEach(pool::release);
        }
    }

    @Test
    void releasedBufferIsClearedAndReused() {
        Buffer buffer = pool.lend(FIRST);
        buffer.bytes().put((byte) 1).flip();
        pool.release(buffer);

        assertThat(pool.lend(FIRST)).isSameAs(buffer);
        assertThat(buffer.bytes().remaining()).isEqualTo(BufferPool.bytes(FIRST));
    }

    @Test
    void slabIsReleasedWithItsLastBuffer() {
        List<Buffer> lent = new ArrayList<>();
        for (int i = 0; i < 513; i++) {
            lent.add(pool.lend(0));
        }
        for (int i = 0; i < 17; i++) {
            lent.add(pool.lend(FIRST));
        }
        lent.add(pool.lend(LARGEST));
        assertThat(memory.used()).isEqualTo((3 + 2 + 1) * SLAB_BYTES);

        lent.forEach(pool::release);
        assertThat(lent()).isZero();
        assertThat(memory.used()).isZero();
    }

    @Test
    void sizeForReturnsTheSmallestSizeThatHoldsTheBytes() {
        assertThat(BufferPool.sizeFor(1)).isZero();
        assertThat(BufferPool.sizeFor(1024)).isZero();
        assertThat(BufferPool.sizeFor(1025)).isEqualTo(1);
        assertThat(BufferPool.sizeFor(SLAB_BYTES)).isEqualTo(LARGEST);
        assertThat(BufferPool.sizeFor(SLAB_BYTES / 2)).isEqualTo(LARGEST - 1);
    }

    @Test
    void aboveThreeQuartersOfTheCeilingNewBuffersHaveTheFirstSize() {
        for (int i = 0; i < 12; i++) {
            assertThat(pool.lend(LARGEST).size()).isEqualTo(LARGEST);
        }
        assertThat(pool.lend(LARGEST).size()).isEqualTo(FIRST);
        assertThat(memory.used()).isEqualTo(13L * SLAB_BYTES);
        assertThat(memory.isExhausted()).isFalse();
    }

    @Test
    void bufferOfTheFirstSizeIsLentAlsoAboveTheCeiling() {
        for (int i = 0; i < 20 * SLAB_BYTES / BufferPool.bytes(FIRST); i++) {
            pool.lend(FIRST);
        }
        assertThat(memory.isExhausted()).isTrue();
        assertThat(pool.lend(LARGEST).size()).isEqualTo(FIRST);
        assertThat(memory.used()).isEqualTo(21L * SLAB_BYTES);
    }

    @Test
    void twoLoopsShareTheMemory() {
        BufferPool other = new BufferPool(memory, 1);
        Buffer buffer = pool.lend(LARGEST);
        pool.release(buffer);

        assertThat(memory.used()).isZero();
        other.lend(LARGEST);
        assertThat(memory.used()).isEqualTo(SLAB_BYTES);
    }

    @Test
    void randomLendsAndReleasesLeaveNoMemoryInUse() {
        Random random = new Random(1);
        Deque<Buffer> lent = new ArrayDeque<>();
        for (int i = 0; i < 100_000; i++) {
            if (lent.isEmpty() || random.nextInt(1000) < 505) {
                lent.add(pool.lend(random.nextInt(BufferPool.SIZES)));
            } else {
                pool.release(random.nextBoolean() ? lent.pollFirst() : lent.pollLast());
            }
            assertThat(lent()).isEqualTo(lent.size());
        }
        lent.forEach(pool::release);
        assertThat(lent()).isZero();
        assertThat(memory.used()).isZero();
    }

    private long lent() {
        return LongStream.range(0, BufferPool.SIZES).map(size -> pool.countLent((int) size)).sum();
    }
}
