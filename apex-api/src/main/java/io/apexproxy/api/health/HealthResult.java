package io.apexproxy.api.health;

import java.util.Objects;

/**
 * What one probe found out.
 *
 * @since 0.1
 */
public sealed interface HealthResult {

    /**
     * Returns the result of a backend that is able to serve.
     *
     * @return the result
     */
    static HealthResult healthy() {
        return Healthy.INSTANCE;
    }

    /**
     * Returns the result of a backend that is not able to serve.
     *
     * @param reason why, in a few words for the log: {@code connection refused}
     * @return the result
     */
    static HealthResult unhealthy(String reason) {
        return new Unhealthy(reason);
    }

    /**
     * Returns the result of a probe that could not be made for a cause on our side, such as a lack of file descriptors.
     * It changes no verdict.
     *
     * @param reason why, in a few words for the log
     * @return the result
     */
    static HealthResult inconclusive(String reason) {
        return new Inconclusive(reason);
    }

    /**
     * The backend is able to serve.
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
     * The backend is not able to serve.
     *
     * @param reason why, in a few words for the log
     * @since 0.1
     */
    record Unhealthy(String reason) implements HealthResult {
        /**
         * Refuses {@code null}.
         *
         * @param reason a few words
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
     * Nothing was found out about the backend.
     *
     * @param reason why, in a few words for the log
     * @since 0.1
     */
    record Inconclusive(String reason) implements HealthResult {
        /**
         * Refuses {@code null}.
         *
         * @param reason a few words
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
