package io.apexproxy.runtime.cli.convert.draft;

import io.apexproxy.runtime.log.Durations;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parser of the durations of HAProxy and nginx, such as {@code 500}, {@code 10m} or {@code 1h30m}. */
public final class Times {

    /** The unit of a number without one, in HAProxy. */
    public static final String HAPROXY = "ms";
    /** The unit of a number without one, in nginx. */
    public static final String NGINX = "s";

    private static final Pattern FORM = Pattern.compile("(?:\\d{1,9}+(?!\\d)(?:us|ms|[smhdwMy])?+ *+)++");
    private static final Pattern PART = Pattern.compile("(\\d+)(us|ms|[smhdwMy])?");
    private static final Map<String, Long> MICROSECONDS = Map.of("us", 1L, "ms", 1_000L, "s", 1_000_000L,
            "m", 60_000_000L, "h", 3_600_000_000L, "d", 86_400_000_000L, "w", 604_800_000_000L,
            "M", 2_592_000_000_000L, "y", 31_536_000_000_000L);
    private static final long MICROS = 1_000;

    private Times() {
    }

    /** Returns milliseconds, rounded up; empty if the text is no duration, such as a variable. */
    public static OptionalLong millis(String text, String defaultUnit) {
        if (!FORM.matcher(text).matches()) {
            return OptionalLong.empty();
        }
        long micros = 0;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            String unit = part.group(2) == null ? defaultUnit : part.group(2);
            micros += Math.min(Long.parseLong(part.group(1)), Integer.MAX_VALUE) * MICROSECONDS.get(unit);
            if (micros < 0) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of((micros + MICROS - 1) / MICROS);
    }

    /** Returns a duration of Apex; the text itself if it is none, which the check of the draft then reports. */
    public static String text(String text, String defaultUnit) {
        OptionalLong millis = millis(text, defaultUnit);
        return millis.isPresent() ? text(millis.getAsLong()) : text;
    }

    /** Returns a duration of Apex with the largest unit of which it is a multiple, up to minutes and hours. */
    public static String text(long millis) {
        long minute = Duration.ofMinutes(1).toMillis();
        long hour = Duration.ofHours(1).toMillis();
        if (millis > 0 && millis % hour == 0) {
            return millis / hour + "h";
        }
        return millis > 0 && millis % minute == 0 ? millis / minute + "m" : Durations.text(Duration.ofMillis(millis));
    }
}
