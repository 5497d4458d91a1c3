package io.apexproxy.api.health;

import io.apexproxy.api.Backend;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A test of whether a backend is able to serve.
 *
 * <p>Canonical pattern: {@link #probe} calls {@link io.apexproxy.api.PluginContext#connect(Backend, Duration)},
 * schedules a timer on the instance's {@link io.apexproxy.api.PluginContext#executor() executor}, and returns a
 * {@link CompletableFuture}. The I/O handlers complete the future and close the connection. The timer does both when
 * the timeout is over. A check that is easier to write as blocking code uses {@link #blocking}; each of its probes then
 * occupies a thread of the executor.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface HealthCheck extends AutoCloseable {

    /**
     * Probes a backend once.
     *
     * <p>The runtime calls this method on a thread of the instance's own
     * {@link io.apexproxy.api.PluginContext#executor() executor}: concurrently for different backends, never
     * concurrently for the same backend. The method should return immediately and complete the stage later. A call that
     * blocks occupies one of the instance's few threads.
     *
     * <p>After {@code timeout} the runtime counts the probe as failed and ignores a later result. The probe itself must
     * then release its resources, such as a connection.
     *
     * @param backend the backend to probe
     * @param timeout the time in which the stage has to complete; positive
     * @return the result. A stage that completes exceptionally counts as unhealthy, or as inconclusive if the exception
     *     or one of its causes shows that this machine lacks file descriptors, ports, memory or threads. The reason is
     *     the message of the exception, preceded by the exception's name if it is unchecked
     */
    CompletionStage<HealthResult> probe(Backend backend, Duration timeout);

    /**
     * Releases the resources of this instance. Does nothing by default.
     *
     * <p>The runtime calls this method once, when the pool or its {@code health_check} table is removed or replaced.
     * The call has its own thread, which is interrupted after 3 seconds. Probes in flight can still complete, and a
     * probe that is about to start can still start. Their results are ignored.
     */
    @Override
    default void close() {
    }

    /**
     * Returns a health check that runs blocking code on the instance's own executor. The runtime interrupts the code
     * when the timeout is over, the backend is removed, or the instance is closed.
     *
     * @param probe the blocking code
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
     * A probe in blocking code.
     *
     * @since 0.1
     */
    @FunctionalInterface
    interface BlockingProbe {

        /**
         * Probes a backend once. The call can block.
         *
         * @param backend the backend to probe
         * @param timeout the time in which the call has to return; positive
         * @return the result
         * @throws Exception if the probe fails, which counts as unhealthy. The reason is then the message of the
         *     exception, preceded by the exception's name if it is unchecked
         */
        HealthResult probe(Backend backend, Duration timeout) throws Exception;
    }
}
