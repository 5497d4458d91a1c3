package io.apexproxy.runtime.supervisor;

import io.apexproxy.runtime.log.CleanText;

/**
 * The messages of a process to its supervisor. A message is a datagram with one field a line.
 *
 * <p>Pure. The text of a status can have any origin; its line is escaped and bounded.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html">sd_notify(3)</a>
 */
final class Notification {

    /**
     * The maximum number of characters of a status before they are escaped. The longest message then has 3,100 bytes;
     * systemd 247 ignores datagrams of more than 4,096 bytes.
     */
    static final int MAX_STATUS_LENGTH = 500;

    private Notification() {
    }

    /** Returns the message that the start is complete, and which process is the main one. */
    static String ready(String status, long pid) {
        return ready(status) + "\nMAINPID=" + pid;
    }

    /** Returns the message that a reload is complete. */
    static String ready(String status) {
        return "READY=1\n" + status(status);
    }

    /**
     * Returns the message that a reload begins.
     *
     * @param monotonicMicros the time of CLOCK_MONOTONIC, by which the supervisor orders the reload and its request
     */
    static String reloading(long monotonicMicros) {
        return "RELOADING=1\nMONOTONIC_USEC=" + monotonicMicros + "\n" + status("Reloading");
    }

    /** Returns the message that the process stops. */
    static String stopping(String status) {
        return "STOPPING=1\n" + status(status);
    }

    /** Returns the message that changes the text of the state only. */
    static String status(String status) {
        return "STATUS=" + CleanText.bounded(status, MAX_STATUS_LENGTH);
    }
}
