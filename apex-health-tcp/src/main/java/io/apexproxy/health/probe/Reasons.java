package io.apexproxy.health.probe;

import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/**
 * Texts for the reasons of verdicts.
 *
 * @since 0.2
 */
public final class Reasons {

    private Reasons() {
    }

    /**
     * Returns the text of a failed probe.
     *
     * @param failure of a connect, a read or a write
     * @return the words of the operating system, in lower case, such as {@code no route to host}
     */
    public static String of(Throwable failure) {
        if (failure instanceof ClosedChannelException || failure instanceof RejectedExecutionException) {
            return "health check closed"; // by close() of the instance: a probe gives its result before it closes
        }
        String message = failure.getMessage();
        if (message == null || message.isEmpty()) {
            return failure.getClass().getSimpleName();
        }
        return Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }

    /**
     * Returns a duration as configurations have it.
     *
     * @param duration in whole milliseconds
     * @return {@code 2s} or {@code 250ms}
     */
    public static String words(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
