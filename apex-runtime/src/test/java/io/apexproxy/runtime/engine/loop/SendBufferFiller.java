package io.apexproxy.runtime.engine.loop;

import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;

/** Fills the buffers of a connection whose peer does not read. */
final class SendBufferFiller {
    /** Long enough for a loopback connection to transfer the content of the send buffer. */
    private static final long SETTLED_MILLIS = 300;

    private SendBufferFiller() {
    }

    /** Writes until a write stays pending; returns that write. */
    static Completion<Integer> fillUntilAWriteWaits(AsynchronousSocketChannel channel) {
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
