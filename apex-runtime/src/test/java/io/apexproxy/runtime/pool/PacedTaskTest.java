package io.apexproxy.runtime.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacedTaskTest {

    private static final int REQUESTS = 100;

    private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong cost = new AtomicLong();
    private final AtomicInteger runs = new AtomicInteger();
    private final PacedTask task = new PacedTask(() -> {
        runs.incrementAndGet();
        clock.addAndGet(cost.get());
    }, control, clock::get);

    @AfterEach
    void end() {
        control.shutdownNow();
    }

    /** Returns how often the task had run after the last request. */
    private int request(int times) throws Exception {
        return control.submit(() -> {
            for (int i = 0; i < times; i++) {
                task.request();
            }
            return runs.get();
        }).get();
    }

    @Test
    void cheapTaskRunsForEachRequest() throws Exception {
        cost.set(TimeUnit.MICROSECONDS.toNanos(999));

        assertThat(request(REQUESTS)).isEqualTo(REQUESTS);
    }

    @Test
    void requestsDuringPauseAreCombined() throws Exception {
        cost.set(TimeUnit.MILLISECONDS.toNanos(1));

        assertThat(request(REQUESTS)).isEqualTo(1);
        await().until(() -> runs.get() == 2);
        request(REQUESTS);
        await().until(() -> runs.get() == 3);
    }

    @Test
    void requestAfterPauseRunsAtOnce() throws Exception {
        cost.set(TimeUnit.MILLISECONDS.toNanos(1));
        request(1);
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(7));

        assertThat(request(1)).isEqualTo(2);
    }

    @Test
    void closedTaskDoesNotRun() throws Exception {
        cost.set(TimeUnit.MILLISECONDS.toNanos(1));
        request(2);
        control.submit(task::close).get();

        control.shutdown();

        assertThat(control.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(runs).hasValue(1);
    }
}
