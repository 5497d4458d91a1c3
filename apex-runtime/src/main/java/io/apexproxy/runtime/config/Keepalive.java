package io.apexproxy.runtime.config;

import java.time.Duration;

/**
 * TCP keepalive of a connection: after {@code idle} without a segment from the other side the kernel sends a probe each
 * {@code interval}, and ends the connection when {@code count} of them in a row remain without an answer.
 *
 * @param idle whole seconds, 1 to 32767
 * @param interval whole seconds, 1 to 32767
 * @param count 1 to 127
 */
public record Keepalive(Duration idle, Duration interval, int count) {

    /** Finds a peer that has vanished after two minutes. The kernel's own default is more than two hours. */
    public static final Keepalive DEFAULT = new Keepalive(Duration.ofSeconds(60), Duration.ofSeconds(10), 6);
}
