package io.apexproxy.runtime.drain;

import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.Durations;
import io.apexproxy.runtime.relay.DrainScan.OpenSession;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The progress of a drain as text. The thread of the drain records its steps. Any thread reads the text, without
 * waiting for an event loop.
 */
public final class DrainProgress {

    /** The maximum number of characters of an address or a name. */
    private static final int MAX_NAME_LENGTH = 80;

    private final IntSupplier connections;
    private final LongSupplier nanoTime;
    /** Returns what follows the number of connections; the argument is the present time. */
    private volatile LongFunction<String> step = now -> " left";

    /**
     * Creates the progress of a drain that has not begun.
     *
     * @param connections returns the number of open and of waiting connections
     * @param nanoTime as {@link System#nanoTime}
     */
    public DrainProgress(IntSupplier connections, LongSupplier nanoTime) {
        this.connections = connections;
        this.nanoTime = nanoTime;
    }

    /** Records that listeners accept until this time. */
    public void acceptUntil(long endNanos) {
        step = now -> " open; listeners accept for another " + Durations.rounded(Duration.ofNanos(endNanos - now))
                + " (drain_delay)";
    }

    /**
     * Records a drain that waits for open connections.
     *
     * @param startNanos the beginning of the drain
     * @param deadlines the times after the beginning at which connections are closed
     * @param oldest the oldest sessions, the oldest first
     */
    public void await(long startNanos, DrainDeadlines deadlines, List<OpenSession> oldest) {
        step = now -> connections.getAsInt() == 0 ? " left"
                : " left, closed in " + deadlines.left(Duration.ofNanos(now - startNanos))
                        + (oldest.isEmpty() ? ""
                                : oldest.stream().map(session -> text(session, now))
                                        .collect(Collectors.joining(", ", "; longest: ", "")));
    }

    private static String text(OpenSession session, long now) {
        return name(session.client()) + (session.backend().isEmpty() ? "" : " to " + name(session.backend()))
                + " (listener " + name(session.listener()) + ", "
                + Durations.rounded(Duration.ofNanos(now - session.acceptedNanos())) + ")";
    }

    private static String name(String text) {
        return CleanText.bounded(text, MAX_NAME_LENGTH);
    }

    /** Returns the number of connections, the time until they are closed, and the oldest ones: one line. */
    public String text() {
        return connections(connections.getAsInt()) + step.apply(nanoTime.getAsLong());
    }

    /** Returns {@code 1 connection}, {@code 2 connections}. */
    public static String connections(long count) {
        return count == 1 ? "1 connection" : count + " connections";
    }
}
