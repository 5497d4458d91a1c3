package io.apexproxy.api.route;

import java.util.Objects;

/**
 * The decision of a router about a connection.
 *
 * @since 0.2
 */
public sealed interface Route {

    /** The router does not decide: the routes of the listener do. */
    Route PASS = new Pass();

    /**
     * The connection goes to a backend of a pool.
     *
     * @param pool the name of a pool of the configuration
     * @since 0.2
     */
    record ToPool(String pool) implements Route {

        /**
         * Rejects {@code null}.
         *
         * @param pool the name of a pool of the configuration
         */
        public ToPool {
            Objects.requireNonNull(pool, "pool");
        }
    }

    /**
     * The connection is refused: the runtime resets it and counts it with the cause {@code router}.
     *
     * @param reason one word for the field {@code route} of the access log, such as {@code over-quota}; the runtime
     *     escapes and cuts it
     * @since 0.2
     */
    record Refuse(String reason) implements Route {

        /**
         * Rejects {@code null}.
         *
         * @param reason one word for the access log
         */
        public Refuse {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * The router does not decide: the routes of the listener do.
     *
     * @since 0.2
     */
    record Pass() implements Route {
    }
}
