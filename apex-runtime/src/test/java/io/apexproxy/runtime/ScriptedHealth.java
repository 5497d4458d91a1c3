package io.apexproxy.runtime;

import io.apexproxy.api.Backend;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.health.HealthResult;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A health check with a script for each backend name. Without a script, it returns healthy. */
final class ScriptedHealth implements HealthCheckProvider {

    private final Map<String, Function<Backend, CompletionStage<HealthResult>>> script = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> probes = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile CountDownLatch release = new CountDownLatch(0);

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public HealthCheck create(Settings settings, PluginContext context) {
        settings.string("variant", "");
        open.incrementAndGet();
        return new HealthCheck() {
            @Override
            public CompletionStage<HealthResult> probe(Backend backend, Duration timeout) {
                probes.computeIfAbsent(backend.name(), name -> new AtomicInteger()).incrementAndGet();
                return script.getOrDefault(backend.name(),
                        any -> CompletableFuture.completedFuture(HealthResult.healthy())).apply(backend);
            }

            @Override
            public void close() {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                open.decrementAndGet();
            }
        };
    }

    void on(NamedServer backend, Function<Backend, CompletionStage<HealthResult>> answer) {
        on(backend.address(), answer);
    }

    void on(String backend, Function<Backend, CompletionStage<HealthResult>> answer) {
        script.put(backend, answer);
    }

    void say(NamedServer backend, HealthResult result) {
        on(backend, any -> CompletableFuture.completedFuture(result));
    }

    void down(NamedServer backend) {
        say(backend, HealthResult.unhealthy("set by the test"));
    }

    void up(NamedServer backend) {
        say(backend, HealthResult.healthy());
    }

    int probes(NamedServer backend) {
        return probes.getOrDefault(backend.address(), new AtomicInteger()).get();
    }

    void hangOnClose() {
        release = new CountDownLatch(1);
    }

    /** Returns the number of instances that are not closed. */
    int open() {
        return open.get();
    }
}
