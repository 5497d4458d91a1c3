package io.apexproxy.runtime.log;

import java.time.Duration;

/** Durations in the format of the configuration, for messages. */
public final class Durations {

    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

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

    /**
     * Formats a duration with one unit: seconds below two minutes, minutes below two hours, hours below two days, else
     * days. Rounds to seconds, then down; never below a second.
     *
     * @param duration a duration of any length
     * @return for example {@code 75s}, {@code 30m} or {@code 5d}
     */
    public static String rounded(Duration duration) {
        long seconds = Math.max(1, (duration.toMillis() + 500) / 1_000);
        if (seconds < 2 * MINUTE) {
            return seconds + "s";
        } else if (seconds < 2 * HOUR) {
            return seconds / MINUTE + "m";
        }
        return seconds < 2 * DAY ? seconds / HOUR + "h" : seconds / DAY + "d";
    }
}
