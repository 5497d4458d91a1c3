package io.apexproxy.runtime.pool.backend;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The failures of one backend that its probes do not show, and its current ejection from the rotation. Thread-safe. */
public final class OutlierState {

    private final AtomicLong earlyCloses = new AtomicLong();
    private volatile Optional<Ejected> current = Optional.empty();
    private volatile long ejections;

    OutlierState() {
    }

    /**
     * An ejection.
     *
     * @param reason the failures that led to it, in a few words
     * @param since the time of its start
     * @param until the time of its end
     */
    public record Ejected(String reason, Instant since, Instant until) {
    }

    /** Counts a connection that the backend ended within {@code early_close} and before its first byte. */
    public void countEarlyClose() {
        earlyCloses.incrementAndGet();
    }

    /** Returns the number of connections that the backend ended within {@code early_close} before its first byte. */
    public long earlyCloses() {
        return earlyCloses.get();
    }

    /** Begins an ejection with its reason, a few words. Called on the control thread. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the control thread writes it
    public void eject(String reason, Duration duration) {
        Instant now = Instant.now();
        current = Optional.of(new Ejected(reason, now, now.plus(duration)));
        ejections++;
    }

    /** Ends the ejection. Called on the control thread. */
    public void end() {
        current = Optional.empty();
    }

    /** Returns the current ejection; empty if there is none. */
    public Optional<Ejected> current() {
        return current;
    }

    /** Returns whether the backend is ejected. */
    public boolean isEjected() {
        return current.isPresent();
    }

    /** Returns the number of ejections. */
    public long ejections() {
        return ejections;
    }
}
