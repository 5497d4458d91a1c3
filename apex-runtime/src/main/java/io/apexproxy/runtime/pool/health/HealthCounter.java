package io.apexproxy.runtime.pool.health;

import io.apexproxy.runtime.pool.backend.Verdict;

/**
 * Counts the observations of one backend's health against {@code rise} and {@code fall}.
 *
 * <p>Observations are answers of probes and connections that could not be made. Failures of both kinds are added up,
 * but a success resets the failures of its own kind only: a probe may use another port than clients do.
 *
 * <p>Pure: no clock, no thread, no log. Each method takes the state that the verdict has now and returns the state that
 * it has to have next. If both differ, all counts have been reset. Not thread-safe.
 */
final class HealthCounter {

    /** Consecutive probes that contradict the verdict. */
    private int streak;
    /** Failed connects since the last connection that was made. */
    private int failedConnects;
    /** How many connections had been made in total at the last failed connect. */
    private long madeBefore;

    /**
     * Counts a probe that found the backend healthy.
     *
     * @param now the state before
     * @param rise consecutive successes that bring a backend up, at least 1
     * @return the state after
     */
    Verdict.State probeSucceeded(Verdict.State now, int rise) {
        if (now == Verdict.State.UP) {
            streak = 0;
            return now;
        }
        streak++;
        return now == Verdict.State.UNKNOWN || streak >= rise ? change(Verdict.State.UP) : now;
    }

    /**
     * Counts a probe that found the backend unhealthy.
     *
     * @param now the state before
     * @param fall failures that take a backend down, at least 1
     * @return the state after
     */
    Verdict.State probeFailed(Verdict.State now, int fall) {
        streak++;
        return afterFailure(now, fall);
    }

    /**
     * Counts a connection that could not be made.
     *
     * @param now the state before
     * @param made how many connections to the backend have been made in total; if it differs from the last call's, the
     *         failed connects before are forgotten
     * @param fall failures that take a backend down, at least 1
     * @return the state after
     */
    Verdict.State connectFailed(Verdict.State now, long made, int fall) {
        failedConnects = made == madeBefore ? failedConnects + 1 : 1;
        madeBefore = made;
        return afterFailure(now, fall);
    }

    private Verdict.State afterFailure(Verdict.State now, int fall) {
        if (now == Verdict.State.DOWN) {
            streak = 0;
            return now;
        }
        return now == Verdict.State.UNKNOWN || streak + failedConnects >= fall ? change(Verdict.State.DOWN) : now;
    }

    private Verdict.State change(Verdict.State next) {
        streak = 0;
        failedConnects = 0;
        return next;
    }

    /** Whether the last probes contradict the verdict, but are too few to change it. */
    boolean isChanging() {
        return streak > 0;
    }
}
