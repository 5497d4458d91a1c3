package io.apexproxy.runtime.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineQueueTest {

    private final LineQueue queue = new LineQueue(3);
    private final List<Integer> taken = new ArrayList<>();

    @Test
    void linesComeOutInTheirOrderAlsoPastTheEndOfTheArray() {
        for (int line = 1; line <= 8; line += 2) {
            assertThat(queue.offer(line(line))).isTrue();
            assertThat(queue.offer(line(line + 1))).isTrue();
            drain();
        }

        assertThat(taken).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void whatDoesNotFitIsRefusedUntilThereIsRoom() {
        for (int line = 1; line <= 3; line++) {
            queue.offer(line(line));
        }

        assertThat(queue.offer(line(4))).isFalse();
        drain();
        assertThat(queue.offer(line(5))).isTrue();
        drain();

        assertThat(taken).containsExactly(1, 2, 3, 5);
    }

    @Test
    void nothingIsLostBetweenTwoThreads() throws InterruptedException {
        int lines = 100_000;
        Thread producer = new Thread(() -> {
            for (int line = 0; line < lines; line++) {
                while (!queue.offer(line(line))) {
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

        assertThat(taken).hasSize(lines).isSorted();
    }

    private void drain() {
        queue.drain(line -> taken.add(line.attempts()));
    }

    /** A line that is known again by its attempts. */
    private static Session.Summary line(int attempts) {
        return new Session.Summary(new InetSocketAddress("127.0.0.1", 1), "web", "-", 0, 0, 0, 0, 0, attempts,
                Ending.NO_BACKEND);
    }
}
