package io.apexproxy.runtime.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryQueueTest {

    private static final int LARGEST = BufferPool.SIZES - 1;
    /** The reads per run while memory is exhausted. */
    private static final int READS_WHEN_EXHAUSTED = 16;

    private final BufferMemory memory = new BufferMemory(2L * BufferMemory.SLAB_BYTES, 1);
    private final BufferPool pool = new BufferPool(memory, 0);
    private final MemoryQueue queue = new MemoryQueue(memory, 0);
    private final List<Integer> done = new ArrayList<>();

    @Test
    void addReturnsTrueForTheFirstRead() {
        assertThat(queue.add(() -> {})).isTrue();
        assertThat(queue.add(() -> {})).isFalse();

        assertThat(queue.run()).isFalse();
        assertThat(queue.add(() -> {})).isTrue();
    }

    @Test
    void allReadsRunInOrderWhileMemoryIsFree() {
        add(0, 200);

        assertThat(queue.run()).isFalse();

        assertThat(done).isEqualTo(numbers(0, 200));
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void readsPerRunAreLimitedAlsoWhileMemoryIsFree() {
        add(0, 1_000);

        assertThat(queue.run()).isTrue();

        assertThat(done).hasSizeBetween(READS_WHEN_EXHAUSTED + 1, 999);
        while (queue.run()) {
            assertThat(queue.waiting()).isEqualTo(1_000 - done.size());
        }
        assertThat(done).isEqualTo(numbers(0, 1_000));
    }

    @Test
    void fewReadsRunWhileMemoryIsExhausted() {
        exhaust();
        add(0, 40);

        assertThat(queue.run()).isTrue();
        assertThat(done).isEqualTo(numbers(0, READS_WHEN_EXHAUSTED));
        assertThat(queue.waiting()).isEqualTo(40 - READS_WHEN_EXHAUSTED);
        assertThat(queue.run()).isTrue();
        assertThat(done).isEqualTo(numbers(0, 2 * READS_WHEN_EXHAUSTED));
        assertThat(queue.run()).isFalse();
        assertThat(done).isEqualTo(numbers(0, 40));
    }

    @Test
    void allReadsRunAfterMemoryIsFreeAgain() {
        List<Buffer> lent = exhaust();
        add(0, 100);
        queue.run();

        lent.forEach(pool::release);

        assertThat(queue.run()).isFalse();
        assertThat(done).isEqualTo(numbers(0, 100));
    }

    @Test
    void readThatIsAddedAgainRunsLast() {
        exhaust();
        queue.add(() -> queue.add(() -> done.add(100)));
        add(0, READS_WHEN_EXHAUSTED);

        assertThat(queue.run()).isTrue();
        assertThat(done).isEqualTo(numbers(0, READS_WHEN_EXHAUSTED - 1));
        assertThat(queue.run()).isFalse();
        assertThat(done).endsWith(READS_WHEN_EXHAUSTED - 1, 100);
    }

    @Test
    void runWithoutReadsDoesNothing() {
        assertThat(queue.run()).isFalse();
        assertThat(queue.waiting()).isZero();
    }

    private List<Buffer> exhaust() {
        List<Buffer> lent = new ArrayList<>();
        lent.add(pool.lend(LARGEST));
        while (!memory.isExhausted()) {
            lent.add(pool.lend(BufferPool.FIRST_SIZE));
        }
        return lent;
    }

    private void add(int from, int to) {
        numbers(from, to).forEach(number -> queue.add(() -> done.add(number)));
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }
}
