package io.apexproxy.runtime.relay.loop;

/** The timeouts of sessions, which a reload may change while they are in use. Any thread. */
public interface SessionTimeouts {

    /** Returns how long a connection may move no byte in either direction, in nanoseconds. */
    long idleNanos();

    /** Returns how long a connection that one side has finished may move no byte, in nanoseconds. */
    long halfClosedNanos();
}
