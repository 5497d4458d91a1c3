package io.apexproxy.runtime.engine.sim.world;

import java.io.IOException;
import java.net.SocketException;

/** The reset state of an endpoint. Operations report a received reset like NIO on Linux. */
final class Breakage {

    private boolean broken;
    private boolean unreported;
    private boolean reportedByRead;

    boolean isBroken() {
        return broken;
    }

    /** Records that this end has sent a reset. */
    void breakSilently() {
        broken = true;
    }

    /** Records that this end has received a reset. After the end of the stream, reads still report the end. */
    void receive(boolean afterEnd) {
        broken = true;
        unreported = !afterEnd;
    }

    /** Throws if a read has reported the reset before: all later reads report it, even if bytes are available. */
    void checkReadAgain() throws IOException {
        if (reportedByRead) {
            throw new SocketException("Connection reset");
        }
    }

    /** Throws if no operation has reported the reset yet. */
    void checkRead() throws IOException {
        if (unreported) {
            unreported = false;
            reportedByRead = true;
            throw new SocketException("Connection reset");
        }
    }

    /** Throws if the connection is reset. After a write has reported the reset, reads report the end of the stream. */
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
