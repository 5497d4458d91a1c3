package io.apexproxy.api.health;

import io.apexproxy.api.Backend;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Answers whether a backend is able to serve.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface HealthCheck extends AutoCloseable {

    /**
     * Probes a backend once.
     *
     * <p>Called on a thread of the instance's own {@link io.apexproxy.api.PluginContext#executor() executor},
     * concurrently for different backends, never concurrently for one. It should return at once and complete the stage
     * later; a call that blocks occupies one of the instance's few threads.
     *
     * <p>The runtime waits for {@code timeout} and then counts the probe as failed, whatever comes later; what the
     * probe holds, such as a connection, it must release by itself when the timeout is over.
     *
     * @param backend the backend to probe
     * @param timeout the time in which the stage has to complete; positive
     * @return the result; a stage that completes exceptionally counts as unhealthy, with the exception's message as
     *     reason, and before it the exception's name if that is unchecked
     */
    CompletionStage<HealthResult> probe(Backend backend, Duration timeout);

    /**
     * Called once, when the pool or its {@code health_check} table is gone, on a thread of its own that is interrupted
     * after 3 seconds. Probes that are in flight may still complete, and one that was about to begin may still do that;
     * their results are ignored. Does nothing by default.
     */
    @Override
    default void close() {
    }

    /**
     * Makes a health check from plain blocking code. It runs on the instance's own executor; an interrupt tells it that
     * the time is over, the backend removed, or the instance closed.
     *
     * @param probe the code
     * @return a health check whose stages are complete when {@link #probe} returns
     */
    static HealthCheck blocking(BlockingProbe probe) {
        return (backend, timeout) -> {
            try {
                return CompletableFuture.completedFuture(probe.probe(backend, timeout));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return CompletableFuture.failedFuture(e);
            } catch (Exception e) {
                return CompletableFuture.failedFuture(e);
            }
        };
    }

    /**
     * A probe that waits for its answer.
     *
     * @since 0.1
     */
    @FunctionalInterface
    interface BlockingProbe {

        /**
         * Probes a backend once; may block.
         *
         * @param backend the backend to probe
         * @param timeout the time in which to return; positive
         * @return the result
         * @throws Exception if anything fails: counts as unhealthy, with the exception's message as reason, and before
         *     it the exception's name if that is unchecked
         */
        HealthResult probe(Backend backend, Duration timeout) throws Exception;
    }
}
