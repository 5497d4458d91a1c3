package io.apexproxy.dist.fault;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * What a client sends first: it describes what follows in both directions.
 *
 * @param seed of the request's stream; that of the response is its {@link RandomStream#mix}
 * @param request bytes; {@link #UNTIL_END}: as many as come before the client half-closes, and the response begins then
 * @param response bytes
 */
record Header(long seed, long request, long response) {

    static final long UNTIL_END = -1;

    RandomStream requestStream() {
        return new RandomStream(seed);
    }

    RandomStream responseStream() {
        return new RandomStream(RandomStream.mix(seed));
    }

    void write(OutputStream out) throws IOException {
        out.write(ByteBuffer.allocate(4 * Long.BYTES)
                .putLong(seed).putLong(request).putLong(response).putLong(sum()).array());
    }

    /** Throws an {@link AssertionError} if a byte is wrong. */
    static Header read(DataInputStream in) throws IOException {
        byte[] bytes = new byte[4 * Long.BYTES];
        in.readFully(bytes);
        ByteBuffer fields = ByteBuffer.wrap(bytes);
        var header = new Header(fields.getLong(), fields.getLong(), fields.getLong());
        if (fields.getLong() != header.sum()) {
            throw new AssertionError("wrong byte in the header " + header);
        }
        return header;
    }

    private long sum() {
        return RandomStream.mix(seed + RandomStream.mix(request + RandomStream.mix(response)));
    }
}
