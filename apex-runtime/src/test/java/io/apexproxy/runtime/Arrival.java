package io.apexproxy.runtime;

import io.apexproxy.test.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32;

/**
 * The bytes received on a connection, and its end.
 *
 * @param count the number of bytes
 * @param checksum the checksum of the bytes
 * @param reset whether the connection ended with a reset instead of EOF
 */
record Arrival(long count, long checksum, boolean reset) {

    /** Reads until EOF or a reset. */
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

    /** Returns the first bytes that {@link Bytes#send} sends, followed by a reset. */
    static Arrival brokenAfter(long count) {
        try {
            return new Arrival(count, Bytes.send(count, OutputStream.nullOutputStream()), true);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
