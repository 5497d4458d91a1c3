package io.apexproxy.runtime.drain;

import io.apexproxy.runtime.log.Durations;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * The times after the beginning of a drain at which connections are closed: the drain timeouts of the listeners that
 * have connections.
 *
 * @param timeouts at least one, distinct, the shortest first
 */
public record DrainDeadlines(List<Duration> timeouts) {

    /**
     * Returns the deadlines of a drain.
     *
     * @param timeouts in any order
     * @param fallback the only deadline if there are no timeouts
     */
    public static DrainDeadlines of(Collection<Duration> timeouts, Duration fallback) {
        return new DrainDeadlines(timeouts.isEmpty() ? List.of(fallback)
                : timeouts.stream().distinct().sorted().toList());
    }

    /** Returns the time after which no connection is left. */
    public Duration last() {
        return timeouts.get(timeouts.size() - 1);
    }

    /** Returns whether a deadline is later than {@code after} and not later than {@code until}. */
    public boolean hasDeadline(Duration after, Duration until) {
        return timeouts.stream().anyMatch(timeout -> timeout.compareTo(after) > 0 && timeout.compareTo(until) <= 0);
    }

    /**
     * Returns the first and the last deadline from now on.
     *
     * @param elapsed the time since the beginning of the drain
     * @return for example {@code 25s} or {@code 5s to 10m}
     */
    public String left(Duration elapsed) {
        List<Duration> left = timeouts.stream().filter(timeout -> timeout.compareTo(elapsed) > 0)
                .map(timeout -> timeout.minus(elapsed)).toList();
        return left.isEmpty() ? "0s" : range(Durations.rounded(left.get(0)),
                Durations.rounded(left.get(left.size() - 1)));
    }

    /** Returns the first and the last timeout in the units of the configuration. */
    @Override
    public String toString() {
        return range(Durations.text(timeouts.get(0)), Durations.text(last()));
    }

    private static String range(String first, String last) {
        return first.equals(last) ? first : first + " to " + last;
    }
}
