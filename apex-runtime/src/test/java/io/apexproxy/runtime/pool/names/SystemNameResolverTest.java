package io.apexproxy.runtime.pool.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Look-ups with a fake operating system, in which names that begin with "hang" block until the end of the test. */
class SystemNameResolverTest {

    /** Longer than the duration of a test. */
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final long PATIENCE_SECONDS = 30;

    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger lookUps = new AtomicInteger();

    @AfterEach
    void endLookUps() {
        end.countDown();
    }

    @Test
    void hangingNamesDelayNoOther() throws Exception {
        try (SystemNameResolver resolver = resolver(64, LONG)) {
            for (int i = 0; i < 60; i++) {
                resolver.resolve("hang" + i);
            }
            assertThat(answer(resolver, "good")).containsExactly(InetAddress.getLoopbackAddress());
        }
    }

    @Test
    void equalNamesShareOneLookUp() throws Exception {
        try (SystemNameResolver resolver = resolver(4, LONG)) {
            List<CompletableFuture<List<InetAddress>>> answers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                answers.add(resolver.resolve(i % 2 == 0 ? "hang" : "HANG").toCompletableFuture());
            }
            await().until(() -> lookUps.get() == 1);
            assertThat(answers).noneMatch(CompletableFuture::isDone);
            end.countDown();
            for (CompletableFuture<List<InetAddress>> answer : answers) {
                assertThat(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).hasSize(1);
            }
            assertThat(lookUps).hasValue(1);
        }
    }

    @Test
    void hangingNameTimesOutAndOccupiesOneThread() {
        try (SystemNameResolver resolver = resolver(4, Duration.ofMillis(50))) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> answer(resolver, "hang")).isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(TimeoutException.class);
            }
            assertThat(lookUps).hasValue(1);
        }
    }

    @Test
    void timeoutStartsWithLookUpAndWaitForThreadIsReported() throws Exception {
        try (SystemNameResolver resolver = resolver(2, Duration.ofMillis(50))) {
            resolver.resolve("hang1");
            resolver.resolve("hang2");
            assertThatThrownBy(() -> answer(resolver, "good")).isInstanceOf(ExecutionException.class)
                    .cause().isInstanceOf(IOException.class)
                    .hasMessage("not looked up within 50ms, because all 2 threads for look-ups are occupied");
            assertThat(lookUps).hasValue(2);
            CompletableFuture<List<InetAddress>> waiting = resolver.resolve("good").toCompletableFuture();
            end.countDown();
            await().until(waiting::isDone);
            await().until(() -> lookUps.get() == 3);
        }
    }

    @Test
    void failedLookUpReportsSystemErrorAndKeepsItsThread() {
        try (SystemNameResolver resolver = resolver(1, LONG)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> answer(resolver, "unknown")).isInstanceOf(ExecutionException.class)
                        .cause().isInstanceOf(UnknownHostException.class).hasMessage("unknown");
            }
        }
    }

    private SystemNameResolver resolver(int threads, Duration timeout) {
        return new SystemNameResolver(this::lookUp, threads, timeout);
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        lookUps.incrementAndGet();
        if (host.startsWith("hang")) {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        } else if (host.startsWith("unknown")) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {InetAddress.getLoopbackAddress()};
    }

    private static List<InetAddress> answer(SystemNameResolver resolver, String host) throws Exception {
        return resolver.resolve(host).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
