package io.apexproxy.runtime.engine.select;

import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;

/** Fills a connection whose other end does not read. */
final class Filling {
    /** Long enough for a loopback connection to hand on what its sender's buffer holds. */
    private static final long SETTLED_MILLIS = 300;

    private Filling() {
    }

    /** Returns a write that has been waiting for a while, so that no byte of it fits. */
    static Completion<Integer> untilAWriteWaits(AsynchronousSocketChannel channel) {
        var zeros = ByteBuffer.allocateDirect(1 << 20);
        while (true) {
            var write = new Completion<Integer>();
            channel.write(zeros.clear(), null, write);
            if (!write.isDoneWithin(SETTLED_MILLIS)) {
                return write;
            }
            write.result();
        }
    }
}
