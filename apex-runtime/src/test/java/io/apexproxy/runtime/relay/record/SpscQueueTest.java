package io.apexproxy.runtime.relay.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpscQueueTest {

    private final SpscQueue<Integer> queue = new SpscQueue<>(3);
    private final List<Integer> taken = new ArrayList<>();

    @Test
    void elementsAreRemovedInOrderAlsoPastTheEndOfTheArray() {
        for (int element = 1; element <= 8; element += 2) {
            assertThat(queue.offer(element)).isTrue();
            assertThat(queue.offer(element + 1)).isTrue();
            assertThat(drain()).isEqualTo(2);
        }

        assertThat(taken).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void fullQueueRefusesElementsUntilItIsDrained() {
        for (int element = 1; element <= 3; element++) {
            queue.offer(element);
        }

        assertThat(queue.offer(4)).isFalse();
        drain();
        assertThat(queue.offer(5)).isTrue();
        drain();

        assertThat(taken).containsExactly(1, 2, 3, 5);
    }

    @Test
    void queueIsEmptyBeforeAnElementIsAddedAndAfterItIsRemoved() {
        assertThat(queue.isEmpty()).isTrue();
        queue.offer(1);
        assertThat(queue.isEmpty()).isFalse();
        drain();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(drain()).isZero();
    }

    @Test
    void drainRemovesAtMostTheCapacity() {
        for (int element = 1; element <= 3; element++) {
            queue.offer(element);
        }

        int drained = queue.drain(element -> {
            taken.add(element);
            queue.offer(element + 3);
        });

        assertThat(drained).isEqualTo(3);
        assertThat(taken).containsExactly(1, 2, 3);
        drain();
        assertThat(taken).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void elementsStayInTheQueueAfterAnActionThatThrows() {
        for (int element = 1; element <= 3; element++) {
            queue.offer(element);
        }

        assertThatThrownBy(() -> queue.drain(element -> {
            throw new IllegalStateException("element " + element);
        })).hasMessage("element 1");
        drain();

        assertThat(taken).containsExactly(2, 3);
    }

    @Test
    void noElementIsLostBetweenTwoThreads() throws InterruptedException {
        int elements = 100_000;
        Thread producer = new Thread(() -> {
            for (int element = 0; element < elements; element++) {
                while (!queue.offer(element)) {
                    Thread.onSpinWait();
                }
            }
        });

        producer.start();
        while (producer.isAlive()) {
            drain();
        }
        producer.join();
        drain();

        assertThat(taken).hasSize(elements).isSorted();
    }

    private int drain() {
        return queue.drain(taken::add);
    }
}
