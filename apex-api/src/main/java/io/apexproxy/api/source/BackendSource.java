package io.apexproxy.api.source;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A place where the backends of one pool are found.
 *
 * <p>The smallest source is a lambda expression:
 *
 * <pre>{@code
 * BackendSource create(Settings settings, PluginContext context) {
 *     Path file = context.resolve(settings.string("path"));
 *     return () -> BackendSource.Answer.of(Files.readAllLines(file).stream().map(FoundBackend::of).toList());
 * }
 * }</pre>
 *
 * <p>The runtime decides when to look: after the validity of the answer, within the limits {@code min_interval} and
 * {@code max_interval} of the configuration, earlier after a failure or while no backend of the pool is healthy, and
 * when the source reports a change.
 *
 * @since 0.2
 */
@FunctionalInterface
public interface BackendSource extends AutoCloseable {

    /**
     * Looks for the backends that exist now.
     *
     * <p>The runtime makes one call at a time, on a thread of the instance's own
     * {@link io.apexproxy.api.PluginContext#executor() executor}. The call can block. A call that has not returned
     * after 10 seconds is interrupted and counts as failed.
     *
     * @return all backends; an answer without any is not a failure. The runtime accepts an answer completely or not at
     *     all: an invalid address, two backends with the same name, or more than 10,000 backends are a failure
     * @throws Exception if there is no answer. The backends of the last answer stay in use. The reason in the log is
     *     the message of the exception, preceded by the exception's name if it is unchecked
     */
    Answer find() throws Exception;

    /**
     * Starts to watch for changes, and returns. Does nothing by default. The runtime calls this method once, before the
     * first {@link #find}, on the same executor and with the same time limit.
     *
     * @param changed requests a {@link #find}; can be called from any thread at any time, never blocks and never
     *     throws. Calls that arrive before {@link #find} has begun are combined
     * @throws Exception if the source cannot watch. The runtime logs the reason and looks for backends periodically
     */
    default void watch(Runnable changed) throws Exception {
    }

    /**
     * Releases all resources. Does nothing by default.
     *
     * <p>The runtime calls this method once, when the pool or its {@code backends_from} is removed or replaced. The
     * call has its own thread, which is interrupted after 3 seconds. {@link #find} can still be in progress; its result
     * is ignored.
     */
    @Override
    default void close() {
    }

    /**
     * The backends that a source has found.
     *
     * @param backends in any order; a backend with the same address as an earlier one is ignored
     * @param validFor how long the source expects the answer to hold, such as the TTL of a DNS record; empty if it does
     *     not know
     * @since 0.2
     */
    record Answer(List<FoundBackend> backends, Optional<Duration> validFor) {

        /**
         * Copies the list.
         *
         * @param backends the backends
         * @param validFor the expected validity; empty if unknown
         */
        public Answer {
            backends = List.copyOf(backends);
        }

        /**
         * Creates an answer of unknown validity.
         *
         * @param backends the backends
         * @return the answer
         */
        public static Answer of(List<FoundBackend> backends) {
            return new Answer(backends, Optional.empty());
        }

        /**
         * Creates an answer of known validity.
         *
         * @param backends the backends
         * @param validFor the expected validity; zero or more
         * @return the answer
         */
        public static Answer of(List<FoundBackend> backends, Duration validFor) {
            return new Answer(backends, Optional.of(validFor));
        }
    }
}
