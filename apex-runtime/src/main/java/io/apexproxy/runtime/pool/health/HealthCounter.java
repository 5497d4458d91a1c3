package io.apexproxy.runtime.pool.health;

import io.apexproxy.runtime.pool.backend.Verdict;

/**
 * Counts the observations of one backend's health against {@code rise} and {@code fall}.
 *
 * <p>Observations are results of probes and failed connects. Failures of both kinds are added up. A success resets the
 * failures of its own kind only, because a probe can use another port than clients do.
 *
 * <p>Pure: no clock, no thread, no log. Each method takes the present state of the verdict and returns its next state.
 * All counts are reset when the state changes. Not thread-safe.
 */
final class HealthCounter {

    /** Consecutive probes that contradict the verdict. */
    private int streak;
    /** Failed connects since the last successful one. */
    private int failedConnects;
    /** Total number of successful connects at the time of the last failed one. */
    private long lastSuccesses;

    /**
     * Counts a probe that found the backend healthy.
     *
     * @param now the present state
     * @param rise consecutive successes that bring a backend up, at least 1
     * @return the next state
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
     * @param now the present state
     * @param fall failures that take a backend down, at least 1
     * @return the next state
     */
    Verdict.State probeFailed(Verdict.State now, int fall) {
        streak++;
        return afterFailure(now, fall);
    }

    /**
     * Counts a failed connect.
     *
     * @param now the present state
     * @param successes total number of successful connects to the backend; an increase since the last call resets the
     *     count of failed connects
     * @param fall failures that take a backend down, at least 1
     * @return the next state
     */
    Verdict.State connectFailed(Verdict.State now, long successes, int fall) {
        failedConnects = successes == lastSuccesses ? failedConnects + 1 : 1;
        lastSuccesses = successes;
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

    /** Returns whether the last probes contradict the verdict but are too few to change it. */
    boolean isChanging() {
        return streak > 0;
    }
}
