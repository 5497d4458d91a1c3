package io.apexproxy.runtime.pool;

import java.time.Duration;

/** Durations in the words of the configuration. */
final class Durations {

    private Durations() {
    }

    static String text(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }
}
