package io.apexproxy.runtime.log;

import java.time.Duration;

/** Durations in the words of the configuration, for messages. */
public final class Durations {

    private Durations() {
    }

    /**
     * Returns a duration in whole seconds, or else in milliseconds.
     *
     * @param duration of any length
     * @return {@code 5s}, {@code 250ms}
     */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }
}
