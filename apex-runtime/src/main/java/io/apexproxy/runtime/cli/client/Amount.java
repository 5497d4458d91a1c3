package io.apexproxy.runtime.cli.client;

import java.time.Duration;
import java.util.Locale;

/** Numbers as short text with units. */
final class Amount {

    private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final int STEP = 1024;
    private static final long MILLIS_PER_SECOND = 1_000;
    /** Below this, a decimal is significant. */
    private static final double FEW = 9.95;

    private Amount() {
    }

    /** Returns {@code 0}, {@code 12} or {@code 0.3}. */
    static String number(double value) {
        return value < FEW && value != Math.rint(value) ? String.format(Locale.ROOT, "%.1f", value)
                : Long.toString(Math.round(value));
    }

    /** Returns {@code 812 B} or {@code 1.2 MiB}. */
    static String bytes(double value) {
        double rest = value;
        int unit = 0;
        while (rest >= STEP && unit < SIZES.length - 1) {
            rest /= STEP;
            unit++;
        }
        return (unit == 0 ? Long.toString(Math.round(rest)) : String.format(Locale.ROOT, "%.1f", rest)) + " "
                + SIZES[unit];
    }

    /** Returns {@code 250ms}, {@code 2.5s}, {@code 3m 5s}, {@code 2h 10m} or {@code 3d 4h}. */
    static String time(double millis) {
        if (millis < MILLIS_PER_SECOND) {
            return Math.round(millis) + "ms";
        }
        Duration time = Duration.ofMillis((long) millis);
        if (time.toMinutes() == 0) {
            return String.format(Locale.ROOT, "%.1fs", Math.floor(millis / 100) / 10);
        }
        if (time.toHours() == 0) {
            return time.toMinutes() + "m " + time.toSecondsPart() + "s";
        }
        return time.toDays() == 0 ? time.toHours() + "h " + time.toMinutesPart() + "m"
                : time.toDays() + "d " + time.toHoursPart() + "h";
    }
}
