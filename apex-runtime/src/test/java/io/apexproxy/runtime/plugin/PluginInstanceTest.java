package io.apexproxy.runtime.plugin;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import ch.qos.logback.classic.Level;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.test.LogCapture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PluginInstanceTest {

    @Test
    void threadsAreDaemonsNamedAfterPlugin() throws Exception {
        try (PluginInstance<LoadBalancer> instance = instance(() -> {})) {
            Thread thread = instance.executor().submit(Thread::currentThread).get(10, SECONDS);

            assertThat(thread.getName()).isEqualTo("apex-balancer-first-1");
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread.getContextClassLoader()).isSameAs(Provider.class.getClassLoader());
        }
    }

    @Test
    void executorRunsSixteenTasksAtOnceAndQueuesTheOthers() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger started = new AtomicInteger();
        try (PluginInstance<LoadBalancer> instance = instance(() -> {})) {
            for (int i = 0; i < 20; i++) {
                instance.executor().submit(() -> {
                    started.incrementAndGet();
                    return release.await(30, SECONDS);
                });
            }
            await().untilAtomic(started, is(16));
            release.countDown();
            await().untilAtomic(started, is(20));
        }
    }

    @Test
    void failedTaskIsLogged() {
        try (LogCapture log = LogCapture.of("apex.plugin", Level.WARN);
                PluginInstance<LoadBalancer> instance = instance(() -> {})) {
            instance.executor().execute(() -> {
                throw new IllegalStateException("lost");
            });

            await().untilAsserted(
                    () -> assertThat(log.messages()).containsExactly("apex-balancer-first: a task failed [lost]"));
        }
    }

    @Test
    void closeClosesPluginOnceAndInterruptsItsTasks() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        AtomicBoolean interrupted = new AtomicBoolean();
        CountDownLatch running = new CountDownLatch(1);
        PluginInstance<LoadBalancer> instance = instance(closed::incrementAndGet);
        instance.executor().execute(() -> {
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        assertThat(running.await(10, SECONDS)).isTrue();

        instance.close();
        instance.close();

        assertThat(closed).hasValue(1);
        assertThat(instance.executor().isShutdown()).isTrue();
        await().untilTrue(interrupted);
    }

    @Test
    void pluginClosesWithItsContextClassLoaderAndRunningExecutor() {
        AtomicReference<ClassLoader> during = new AtomicReference<>();
        AtomicBoolean taskRan = new AtomicBoolean();
        AtomicReference<PluginInstance<LoadBalancer>> instance = new AtomicReference<>();
        instance.set(instance(() -> {
            during.set(Thread.currentThread().getContextClassLoader());
            instance.get().executor().submit(() -> taskRan.set(true));
            await().untilTrue(taskRan);
        }));

        instance.get().close();

        assertThat(during.get()).isSameAs(Provider.class.getClassLoader());
        assertThat(taskRan).isTrue();
    }

    @Test
    void failureOfPluginCloseIsLogged() {
        try (LogCapture log = LogCapture.of("apex.plugin", Level.WARN)) {
            PluginInstance<LoadBalancer> instance = instance(() -> {
                throw new NoClassDefFoundError("com/example/Goodbye");
            });

            instance.close();

            assertThat(log.messages()).containsExactly(
                    "load balancer 'first' (built-in): close() failed [com/example/Goodbye]");
            assertThat(instance.executor().isShutdown()).isTrue();
        }
    }

    @Test
    void pluginClosesAlthoughCallerIsInterrupted() {
        AtomicBoolean closed = new AtomicBoolean();
        try (LogCapture log = LogCapture.of("apex.plugin", Level.WARN)) {
            PluginInstance<LoadBalancer> instance = instance(() -> closed.set(true));

            Thread.currentThread().interrupt();
            instance.close();

            assertThat(Thread.interrupted()).isTrue();
            assertThat(closed).isTrue();
            assertThat(log.messages()).isEmpty();
        }
    }

    @Test
    void hangingPluginCloseIsInterruptedAfterTimeout() {
        CountDownLatch interrupted = new CountDownLatch(1);
        try (LogCapture log = LogCapture.of("apex.plugin", Level.WARN)) {
            PluginInstance<LoadBalancer> instance = instance(() -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            });

            await().atMost(Duration.ofSeconds(30)).until(() -> {
                instance.close();
                return true;
            });

            assertThat(log.messages()).containsExactly(
                    "load balancer 'first' (built-in): not closed within 3 s; interrupted");
            assertThat(instance.executor().isShutdown()).isTrue();
            await().until(() -> interrupted.getCount() == 0);
        }
    }

    private static PluginInstance<LoadBalancer> instance(Runnable whenClosed) {
        return ProviderRegistry.of(new Provider(new ClosingBalancer(whenClosed)))
                .create(LoadBalancerProvider.class, Selections.of("first"), Path.of("."), LoadBalancerProvider::create);
    }

    private record Provider(LoadBalancer made) implements LoadBalancerProvider {

        @Override
        public String name() {
            return "first";
        }

        @Override
        public LoadBalancer create(Settings settings, PluginContext context) {
            return made;
        }
    }
}
