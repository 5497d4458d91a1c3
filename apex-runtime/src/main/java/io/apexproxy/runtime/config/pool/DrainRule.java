package io.apexproxy.runtime.config.pool;

import java.time.Duration;
import java.util.Optional;

/**
 * The handling of the open connections of a backend that goes down or leaves its pool.
 *
 * @param within the time in which they end, oldest first; zero: at once; empty: they stay open
 */
public record DrainRule(Optional<Duration> within) {

    /** They stay open. */
    public static final DrainRule KEEP = new DrainRule(Optional.empty());
    /** They are closed at once. */
    public static final DrainRule CLOSE = new DrainRule(Optional.of(Duration.ZERO));

    /** Returns the rule that closes them, spread over a time. */
    public static DrainRule drain(Duration within) {
        return new DrainRule(Optional.of(within));
    }
}
