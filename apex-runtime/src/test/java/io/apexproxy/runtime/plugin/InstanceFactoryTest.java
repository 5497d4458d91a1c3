package io.apexproxy.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConfigException;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.runtime.plugin.unit.ProviderKind;
import io.apexproxy.runtime.plugin.unit.UnitFiles;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A provider that does not return must not block the start or later changes of the configuration. */
class InstanceFactoryTest {

    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean disconnected = new AtomicBoolean();
    private final AtomicReference<PluginContext> lent = new AtomicReference<>();

    @Test
    void hangingProviderIsGivenUpAndItsLateResultIsClosed() {
        assertThatThrownBy(() -> factory(Duration.ofMillis(100)).create(Selections.of("first"), Path.of(".")))
                .isInstanceOf(ConfigException.class).hasMessage("config.toml:9:17: pools.web.load_balancer: load"
                        + " balancer 'first' (built-in) is defective: its create() has not returned for 0 s");
        await().until(() -> interrupted.getCount() == 0);
        assertThat(lent.get().executor().isShutdown()).isTrue();
        assertThat(disconnected).isTrue();

        release.countDown();

        await().untilTrue(closed);
    }

    @Test
    void interruptedCallerStopsWaiting() {
        Thread caller = Thread.currentThread();
        Thread interrupting = new Thread(() -> {
            await().until(() -> lent.get() != null); // the provider has been called
            caller.interrupt();
        });
        interrupting.start();

        assertThatThrownBy(() -> factory(Duration.ofMinutes(1)).create(Selections.of("first"), Path.of(".")))
                .hasMessageEndingWith("its create() was interrupted");

        assertThat(Thread.interrupted()).isTrue();
        release.countDown();
        await().untilTrue(closed);
    }

    @Test
    void interruptBeforeTheCallEndsIt() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> factory(Duration.ofMinutes(1)).create(Selections.of("first"), Path.of(".")))
                .hasMessageEndingWith("its create() was interrupted");

        assertThat(Thread.interrupted()).isTrue();
        release.countDown(); // a call that had begun returns
    }

    private BackendConnector.Connections connections(Executor executor) {
        return new BackendConnector.Connections() {
            @Override
            public CompletionStage<AsynchronousByteChannel> connect(Backend backend, SocketAddress address,
                    Duration timeout) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {
                disconnected.set(true);
            }
        };
    }

    private InstanceFactory<LoadBalancerProvider, LoadBalancer> factory(Duration patience) {
        LoadBalancerProvider provider = new LoadBalancerProvider() {
            @Override
            public String name() {
                return "first";
            }

            @Override
            public LoadBalancer create(Settings settings, PluginContext context) {
                lent.set(context);
                while (release.getCount() > 0) {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                }
                return new ClosingBalancer(() -> closed.set(true));
            }
        };
        PluginListing listing = new PluginListing("load balancer", "first", "", "", RegisteredProvider.BUILT_IN,
                "", "");
        return new InstanceFactory<>(
                new RegisteredProvider(ProviderKind.LOAD_BALANCER, provider, listing, new UnitFiles()),
                LoadBalancerProvider.class, LoadBalancerProvider::create, this::connections, patience);
    }
}
