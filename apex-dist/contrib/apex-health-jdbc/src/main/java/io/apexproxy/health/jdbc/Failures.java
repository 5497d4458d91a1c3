package io.apexproxy.health.jdbc;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.Reasons;
import java.io.IOException;
import java.net.BindException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

/** Conversion of what a driver throws to the result of a probe, without secrets. */
final class Failures {

    /** In characters, as for other database servers. */
    private static final int MAX_LENGTH = 150;
    /** Standard SQL states have 5 characters. */
    private static final int MAX_STATE_LENGTH = 10;
    /** Bounds the search in a cyclic chain of causes. */
    private static final int MAX_CAUSES = 10;

    private Failures() {
    }

    /**
     * Completes the result of a probe.
     *
     * <p>A failed connection has an {@link IOException} as a cause, whose message is shorter than that of the driver.
     * The result then gets an exception, because the runtime knows which of them are failures of this machine. It
     * never gets the exception of the driver itself, whose messages the log would show at level DEBUG.
     */
    static void complete(CompletableFuture<HealthResult> result, Throwable failure, Secrets secrets) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof OutOfMemoryError) {
                result.completeExceptionally(cause); // thrown by the JVM
                return;
            }
            if (cause instanceof IOException) {
                String reason = secrets.shown(Reasons.of(cause), MAX_LENGTH);
                result.completeExceptionally(
                        cause instanceof BindException ? new BindException(reason) : new IOException(reason));
                return;
            }
            cause = cause.getCause();
        }
        result.complete(HealthResult.unhealthy(reason(failure, secrets)));
    }

    private static String reason(Throwable failure, Secrets secrets) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        if (!(failure instanceof SQLException exception)) { // a defect of the driver
            return secrets.shown(failure.getClass().getSimpleName() + ": " + message, MAX_LENGTH);
        }
        String state = exception.getSQLState();
        return secrets.shown(message, MAX_LENGTH)
                + (state == null ? "" : " (SQLSTATE " + secrets.shown(state, MAX_STATE_LENGTH) + ")");
    }
}
