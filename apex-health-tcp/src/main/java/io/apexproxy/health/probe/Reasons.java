package io.apexproxy.health.probe;

import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/**
 * Formatting of failures and durations for health results.
 *
 * @since 0.2
 */
public final class Reasons {

    /** The reason if a backend answers a probe without TLS with a TLS alert, which begins with the bytes 21 and 3. */
    public static final String TLS_ALERT = "expected a response without TLS, got a TLS alert";

    private Reasons() {
    }

    /**
     * Returns the message of a failure with a lower-case first letter.
     *
     * @param failure the failure of a connect, read or write
     * @return the message, usually of the operating system, such as {@code no route to host}
     */
    public static String of(Throwable failure) {
        if (failure instanceof ClosedChannelException || failure instanceof RejectedExecutionException) {
            return "health check closed"; // a probe completes its result before it closes its own channel
        }
        String message = failure.getMessage();
        if (message == null || message.isEmpty()) {
            return failure.getClass().getSimpleName();
        }
        return Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }

    /**
     * Returns a duration in the form of the configuration.
     *
     * @param duration a duration in whole milliseconds
     * @return the text, such as {@code 2s} or {@code 250ms}
     */
    public static String format(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
