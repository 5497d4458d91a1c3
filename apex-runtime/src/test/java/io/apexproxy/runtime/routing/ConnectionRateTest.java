package io.apexproxy.runtime.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionRateTest {

    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;

    @ParameterizedTest
    @ValueSource(longs = {0, -1, -SECOND, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - SECOND / 2})
    void burstIsPermittedAtAnyStartOfTheClock(long start) {
        ConnectionRate rate = new ConnectionRate(10, start);

        assertThat(permitted(rate, start, 20)).isEqualTo(10);
        assertThat(rate.permits(start + 99 * MILLISECOND)).isFalse();
        assertThat(rate.permits(start + 100 * MILLISECOND)).isTrue();
        assertThat(rate.permits(start + 199 * MILLISECOND)).isFalse();
        assertThat(permitted(rate, start + 10 * SECOND, 20)).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({
        "1,       1",
        "3,       3",
        "7,       7",
        "1000,    1000",
        "600000,  600000",
    })
    void burstHasTheSizeOfTheRate(int perSecond, int burst) {
        assertThat(permitted(new ConnectionRate(perSecond, 5), 5, 2 * perSecond)).isEqualTo(burst);
    }

    /** A burst, then one connection each 20 ms: 50 + 9 * 50, and the one that is due at the end. */
    @Test
    void rateIsKeptOverTime() {
        ConnectionRate rate = new ConnectionRate(50, 0);
        long permitted = LongStream.rangeClosed(0, 9_000).filter(ms -> rate.permits(ms * MILLISECOND)).count();

        assertThat(permitted).isEqualTo(50 + 9 * 50);
    }

    @Test
    void refusedConnectionsDoNotCount() {
        ConnectionRate rate = new ConnectionRate(1, 0);
        assertThat(rate.permits(0)).isTrue();
        assertThat(permitted(rate, SECOND - 1, 1_000)).isZero();

        assertThat(rate.permits(SECOND)).isTrue();
    }

    @Test
    void zeroIsNoLimit() {
        assertThat(permitted(new ConnectionRate(0, 0), 0, 1_000)).isEqualTo(1_000);
    }

    @Test
    void changedRateKeepsTheState() {
        ConnectionRate rate = new ConnectionRate(10, 0);
        assertThat(permitted(rate, 0, 5)).isEqualTo(5); // half of the burst

        rate.change(100);
        assertThat(permitted(rate, 0, 200)).isEqualTo(50);
        rate.change(10);
        assertThat(rate.permits(99 * MILLISECOND)).isFalse();
        assertThat(rate.permits(100 * MILLISECOND)).isTrue();
        rate.change(0);
        assertThat(rate.permits(100 * MILLISECOND)).isTrue();
        rate.change(10);
        assertThat(rate.permits(100 * MILLISECOND)).isFalse();
    }

    @Test
    void clockOfAnotherThreadCanBeBehind() {
        ConnectionRate rate = new ConnectionRate(10, 0);
        assertThat(permitted(rate, SECOND, 20)).isEqualTo(10);

        assertThat(rate.permits(SECOND - 10 * MILLISECOND)).isFalse();
    }

    @Test
    void concurrentConnectionsShareTheBurst() throws InterruptedException {
        ConnectionRate rate = new ConnectionRate(10_000, 0);
        AtomicInteger permitted = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        Thread[] threads = Stream.generate(() -> new Thread(() -> {
            awaitQuietly(start);
            permitted.addAndGet(permitted(rate, 0, 10_000));
        })).limit(4).toArray(Thread[]::new);
        for (Thread thread : threads) {
            thread.start();
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(permitted).hasValue(10_000);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int permitted(ConnectionRate rate, long nowNanos, int attempts) {
        return (int) LongStream.range(0, attempts).filter(i -> rate.permits(nowNanos)).count();
    }
}
