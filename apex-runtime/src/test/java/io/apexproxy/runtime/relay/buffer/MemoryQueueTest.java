package io.apexproxy.runtime.relay.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryQueueTest {

    private static final int LARGEST = BufferPool.SIZES - 1;
    /** What one run lets go on while memory is exhausted. */
    private static final int FEW = 16;

    private final BufferMemory memory = new BufferMemory(2L * BufferMemory.SLAB_BYTES, 1);
    private final BufferPool pool = new BufferPool(memory, 0);
    private final MemoryQueue queue = new MemoryQueue(memory, 0);
    private final List<Integer> gone = new ArrayList<>();

    @Test
    void onlyTheFirstReadAsksForRuns() {
        assertThat(queue.add(() -> { })).isTrue();
        assertThat(queue.add(() -> { })).isFalse();

        assertThat(queue.run()).isFalse();
        assertThat(queue.add(() -> { })).isTrue();
    }

    @Test
    void withMemoryAllReadsGoOnInOrder() {
        add(0, 200);

        assertThat(queue.run()).isFalse();

        assertThat(gone).isEqualTo(numbers(0, 200));
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void runLetsABoundedNumberGoOnEvenWithMemory() {
        add(0, 1_000);

        assertThat(queue.run()).isTrue();

        assertThat(gone).hasSizeBetween(FEW + 1, 999);
        while (queue.run()) {
            assertThat(queue.waiting()).isEqualTo(1_000 - gone.size());
        }
        assertThat(gone).isEqualTo(numbers(0, 1_000));
    }

    @Test
    void withoutMemoryAFewGoOnInEachRun() {
        exhaust();
        add(0, 40);

        assertThat(queue.run()).isTrue();
        assertThat(gone).isEqualTo(numbers(0, FEW));
        assertThat(queue.waiting()).isEqualTo(40 - FEW);
        assertThat(queue.run()).isTrue();
        assertThat(gone).isEqualTo(numbers(0, 2 * FEW));
        assertThat(queue.run()).isFalse();
        assertThat(gone).isEqualTo(numbers(0, 40));
    }

    @Test
    void whenMemoryIsFreeAgainAllGoOn() {
        List<Buffer> lent = exhaust();
        add(0, 100);
        queue.run();

        lent.forEach(pool::giveBack);

        assertThat(queue.run()).isFalse();
        assertThat(gone).isEqualTo(numbers(0, 100));
    }

    @Test
    void readThatWaitsAgainIsBehindTheOthers() {
        exhaust();
        queue.add(() -> queue.add(() -> gone.add(100)));
        add(0, FEW);

        assertThat(queue.run()).isTrue();
        assertThat(gone).isEqualTo(numbers(0, FEW - 1));
        assertThat(queue.run()).isFalse();
        assertThat(gone).endsWith(FEW - 1, 100);
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
        numbers(from, to).forEach(number -> queue.add(() -> gone.add(number)));
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }
}
