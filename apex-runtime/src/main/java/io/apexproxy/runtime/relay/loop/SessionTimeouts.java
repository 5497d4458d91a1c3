package io.apexproxy.runtime.relay.loop;

/** The timeouts of a listener's sessions. A reload can change them during a session. Any thread. */
public interface SessionTimeouts {

    /** Returns the timeout without a byte in either direction, in nanoseconds. */
    long idleNanos();

    /** Returns the timeout without a byte after one side has sent FIN or failed, in nanoseconds. */
    long halfClosedNanos();
}
