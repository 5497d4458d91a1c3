package io.apexproxy.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32;

/**
 * What came on a connection, and how it ended.
 *
 * @param count bytes
 * @param checksum of them
 * @param reset whether a reset came behind them instead of an orderly end
 */
record Arrival(long count, long checksum, boolean reset) {

    /** Reads to the end, of whichever kind. */
    static Arrival of(InputStream in) {
        CRC32 checksum = new CRC32();
        byte[] piece = new byte[64 * Bytes.KIB];
        long count = 0;
        try {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                checksum.update(piece, 0, read);
                count += read;
            }
            return new Arrival(count, checksum.getValue(), false);
        } catch (IOException e) {
            if (!e.getMessage().contains("reset")) {
                throw new AssertionError("expected a reset", e);
            }
            return new Arrival(count, checksum.getValue(), true);
        }
    }

    /** The first bytes of what {@link Bytes#send} sends, and a reset behind them where those are passed on. */
    static Arrival brokenAfter(long count) {
        try {
            return new Arrival(count, Bytes.send(count, OutputStream.nullOutputStream()), true);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
