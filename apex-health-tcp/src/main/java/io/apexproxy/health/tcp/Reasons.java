package io.apexproxy.health.tcp;

import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/**
 * Formatting of failures and durations for health results.
 */
final class Reasons {

    private Reasons() {
    }

    /** Returns the message of a failure with a lower-case first letter: {@code no route to host}. */
    static String of(Throwable failure) {
        if (failure instanceof ClosedChannelException || failure instanceof RejectedExecutionException) {
            return "health check closed"; // a probe completes its result before it closes its own channel
        }
        String message = failure.getMessage();
        if (message == null || message.isEmpty()) {
            return failure.getClass().getSimpleName();
        }
        return Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }

    /** Returns a duration in the form of the configuration: {@code 2s}, {@code 250ms}. */
    static String format(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
