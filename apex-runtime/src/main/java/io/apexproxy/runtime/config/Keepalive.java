package io.apexproxy.runtime.config;

import java.time.Duration;

/**
 * TCP keepalive of a connection. After {@code idle} without a segment from the peer, the kernel sends a probe every
 * {@code interval}. It closes the connection when {@code count} consecutive probes remain unanswered.
 *
 * @param idle whole seconds, 1 to 32767
 * @param interval whole seconds, 1 to 32767
 * @param count 1 to 127
 */
public record Keepalive(Duration idle, Duration interval, int count) {

    /** Detects a vanished peer after two minutes. The kernel's default takes more than two hours. */
    public static final Keepalive DEFAULT = new Keepalive(Duration.ofSeconds(60), Duration.ofSeconds(10), 6);
}
