package io.apexproxy.runtime.engine.sim.world;

import java.io.IOException;
import java.net.SocketException;

/** How a reset is reported to the end of a connection that received it, as Linux and NIO do together. */
final class Breakage {

    private boolean broken;
    private boolean unreported;
    private boolean reportedByRead;

    boolean isBroken() {
        return broken;
    }

    /** The own end has sent a reset. */
    void breakSilently() {
        broken = true;
    }

    /**
     * A reset was received.
     *
     * @param afterEnd whether the end of the stream was received before; then reads go on to report the end
     */
    void receive(boolean afterEnd) {
        broken = true;
        unreported = !afterEnd;
    }

    /** Fails if a read has reported the reset before: then all do, also if there are bytes. */
    void checkReadAgain() throws IOException {
        if (reportedByRead) {
            throw new SocketException("Connection reset");
        }
    }

    /** Fails if nothing has reported the reset yet. */
    void checkRead() throws IOException {
        if (unreported) {
            unreported = false;
            reportedByRead = true;
            throw new SocketException("Connection reset");
        }
    }

    /** Fails if the connection is broken. A reset that a write reports is the end of the stream for the next read. */
    void checkWrite() throws IOException {
        if (unreported) {
            unreported = false;
            throw new IOException("Connection reset by peer");
        }
        if (broken) {
            throw new IOException("Broken pipe");
        }
    }
}
