package io.apexproxy.api.health;

import java.util.Objects;

/**
 * The result of one probe.
 *
 * @since 0.1
 */
public sealed interface HealthResult {

    /**
     * Returns the result for a backend that is able to serve.
     *
     * @return the result
     */
    static HealthResult healthy() {
        return Healthy.INSTANCE;
    }

    /**
     * Returns the result for a backend that is not able to serve.
     *
     * @param reason the reason in a few words, for the log: {@code connection refused}
     * @return the result
     */
    static HealthResult unhealthy(String reason) {
        return new Unhealthy(reason);
    }

    /**
     * Returns the result of a probe that failed for a local reason, such as a lack of file descriptors. It does not
     * change the verdict on the backend.
     *
     * @param reason the reason in a few words, for the log
     * @return the result
     */
    static HealthResult inconclusive(String reason) {
        return new Inconclusive(reason);
    }

    /**
     * The result for a backend that is able to serve.
     *
     * @since 0.1
     */
    record Healthy() implements HealthResult {
        private static final Healthy INSTANCE = new Healthy();

        /** {@return {@code healthy}, for the log} */
        @Override
        public String toString() {
            return "healthy";
        }
    }

    /**
     * The result for a backend that is not able to serve.
     *
     * @param reason the reason in a few words, for the log
     * @since 0.1
     */
    record Unhealthy(String reason) implements HealthResult {
        /**
         * Rejects {@code null}.
         *
         * @param reason the reason in a few words
         */
        public Unhealthy {
            Objects.requireNonNull(reason, "reason");
        }

        /** {@return {@code unhealthy} and the reason, for the log} */
        @Override
        public String toString() {
            return "unhealthy: " + reason;
        }
    }

    /**
     * The result of a probe that failed for a local reason.
     *
     * @param reason the reason in a few words, for the log
     * @since 0.1
     */
    record Inconclusive(String reason) implements HealthResult {
        /**
         * Rejects {@code null}.
         *
         * @param reason the reason in a few words
         */
        public Inconclusive {
            Objects.requireNonNull(reason, "reason");
        }

        /** {@return {@code inconclusive} and the reason, for the log} */
        @Override
        public String toString() {
            return "inconclusive: " + reason;
        }
    }
}
