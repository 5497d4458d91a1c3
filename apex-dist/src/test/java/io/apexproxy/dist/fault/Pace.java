package io.apexproxy.dist.fault;

import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * The speed of reads and writes.
 *
 * @param piece bytes of one read or write
 * @param millis pause after each piece, in milliseconds
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
