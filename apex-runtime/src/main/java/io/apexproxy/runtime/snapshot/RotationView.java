package io.apexproxy.runtime.snapshot;

import java.time.Duration;

/**
 * How a backend takes part in the rotation of its pool.
 *
 * @param backup whether it takes connections only while no other backend can
 * @param slowStart the time until its slow start ends; zero if it is not in one
 * @param earlyCloses the number of connections that it ended within {@code early_close} and before its first byte
 * @param ejections the number of its ejections
 * @param slowConnects the number of connects whose first SYN it did not answer within a second
 * @since 0.2
 */
public record RotationView(boolean backup, Duration slowStart, long earlyCloses, long ejections,
        long slowConnects) {

    /** A backend without any of these. */
    public static final RotationView PLAIN = new RotationView(false, Duration.ZERO, 0, 0, 0);
}
