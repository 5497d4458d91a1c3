package io.apexproxy.runtime.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ReloadRequestsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ReloadRequests requests = new ReloadRequests();
    private final AtomicInteger reloads = new AtomicInteger();

    @Test
    @Timeout(60)
    void requestsDuringAReloadReturnAtOnceAndCauseOneMoreReload() {
        CountDownLatch proceed = new CountDownLatch(1);
        requests.onRequest(() -> {
            reloads.incrementAndGet();
            awaitUninterrupted(proceed);
        });
        Thread first = new Thread(requests::request);
        first.start();
        await().atMost(PATIENCE).until(() -> reloads.get() == 1);

        for (int request = 0; request < 3_000; request++) {
            requests.request(); // returns without waiting for the reload
        }
        assertThat(reloads).hasValue(1);
        proceed.countDown();

        await().atMost(PATIENCE).until(() -> !first.isAlive());
        assertThat(reloads).hasValue(2);
    }

    @Test
    @Timeout(60)
    void burstOfRequestsIsCombinedEvenIfAReloadTakesNoTime() throws InterruptedException {
        requests.onRequest(reloads::incrementAndGet);
        List<Thread> signals = Stream.generate(() -> new Thread(requests::request)).limit(500).toList();

        signals.forEach(Thread::start);
        for (Thread signal : signals) {
            signal.join();
        }

        assertThat(reloads).hasValueBetween(2, 50); // 2 where the threads start within 250 ms
    }

    @Test
    void requestAfterAReloadCausesAnotherReload() {
        requests.onRequest(reloads::incrementAndGet);

        requests.request();
        requests.request();

        assertThat(reloads).hasValue(2);
    }

    @Test
    void failedReloadDoesNotPreventTheNext() {
        requests.onRequest(() -> {
            reloads.incrementAndGet();
            throw new OutOfMemoryError("thrown by a test");
        });

        requests.request();
        requests.request();

        assertThat(reloads).hasValue(2);
    }

    @Test
    void requestBeforeTheStartIsDropped() {
        requests.request();
        requests.onRequest(reloads::incrementAndGet);

        assertThat(reloads).hasValue(0);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
