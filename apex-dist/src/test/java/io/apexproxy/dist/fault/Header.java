package io.apexproxy.dist.fault;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * The first bytes of a client, which describe the request and the response.
 *
 * @param seed the seed of the request; {@link RandomStream#mix} of it is the seed of the response
 * @param request bytes of the request; {@link #UNTIL_END}: the client half-closes after it, and the response follows
 * @param response bytes of the response
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

    /** Reads a header; throws an {@link AssertionError} if its checksum is wrong. */
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
