package io.apexproxy.dist.fault;

import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * How fast somebody reads and writes.
 *
 * @param piece bytes at a time
 * @param millis pause after each piece
 */
record Pace(int piece, long millis) {

    static final Pace FULL = new Pace(RandomStream.PIECE, 0);

    void pause() throws IOException {
        if (millis > 0) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                throw new InterruptedIOException("interrupted");
            }
        }
    }
}
