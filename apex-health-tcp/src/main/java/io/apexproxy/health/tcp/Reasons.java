package io.apexproxy.health.tcp;

import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/**
 * Plain words for the log.
 */
final class Reasons {

    private Reasons() {
    }

    /** The operating system's words in the middle of a sentence: {@code no route to host}. */
    static String of(Throwable failure) {
        if (failure instanceof ClosedChannelException || failure instanceof RejectedExecutionException) {
            return "health check closed"; // by close() of the instance: a probe gives its result before it closes
        }
        String message = failure.getMessage();
        if (message == null || message.isEmpty()) {
            return failure.getClass().getSimpleName();
        }
        return Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }

    /** The form of the configuration: {@code 2s}, {@code 250ms}. */
    static String words(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
