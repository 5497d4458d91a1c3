package io.apexproxy.runtime.log;

import java.time.Duration;

/** Durations in the format of the configuration, for messages. */
public final class Durations {

    private Durations() {
    }

    /**
     * Formats a duration in seconds if it is a whole number of seconds, else in milliseconds.
     *
     * @param duration a duration of any length
     * @return for example {@code 5s} or {@code 250ms}
     */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }
}
