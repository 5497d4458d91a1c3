package io.apexproxy.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.LogCapture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggedExecutorTest {

    private final LoggedExecutor executor =
            new LoggedExecutor(LoggerFactory.getLogger("apex.test"), "apex-control", 1, Thread::new);

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void exceptionOfScheduledTaskIsLogged() throws InterruptedException {
        try (LogCapture log = LogCapture.ofApex()) {
            executor.schedule(LoggedExecutorTest::fail, 1, TimeUnit.MILLISECONDS);
            awaitTasks();

            assertThat(log.messages()).singleElement().asString().startsWith("apex-control: a task failed");
        }
    }

    @Test
    void exceptionThatEndsAPeriodicTaskIsLoggedOnce() throws InterruptedException {
        try (LogCapture log = LogCapture.ofApex()) {
            CountDownLatch called = new CountDownLatch(1);
            executor.scheduleWithFixedDelay(() -> {
                called.countDown();
                fail();
            }, 0, 1, TimeUnit.MILLISECONDS);
            assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();
            awaitTasks();

            assertThat(log.messages()).hasSize(1);
        }
    }

    @Test
    void cancelledTaskIsNotLogged() throws InterruptedException {
        try (LogCapture log = LogCapture.ofApex()) {
            Future<?> task = executor.schedule(LoggedExecutorTest::fail, 1, TimeUnit.HOURS);
            task.cancel(false);
            awaitTasks();

            assertThat(log.messages()).isEmpty();
        }
    }

    private static void fail() {
        throw new IllegalStateException("lost");
    }

    private void awaitTasks() throws InterruptedException {
        executor.shutdown(); // delayed tasks still run
        assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
}
