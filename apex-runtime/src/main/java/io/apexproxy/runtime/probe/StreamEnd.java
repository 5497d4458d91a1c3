package io.apexproxy.runtime.probe;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;

/**
 * The end of a stream that both sides finish: sends FIN, with TLS after the end mark, and discards what the backend
 * still sends. On the loop's thread only.
 */
final class StreamEnd {

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0).asReadOnlyBuffer();
    /** The number of bytes that are discarded. A backend that sends more receives RST. */
    private static final int MAX_DISCARDED = 64 * 1024;
    private static final int DISCARD_BUFFER = 4096;

    private final LoopSocketChannel channel;
    /** Closes the channel. */
    private final Runnable ended;
    private final ByteBuffer buffer = ByteBuffer.allocate(DISCARD_BUFFER);
    private int discarded;

    /**
     * Creates an end that has not begun.
     *
     * @param channel a channel without a pending operation
     * @param ended closes the channel; called once
     */
    StreamEnd(LoopSocketChannel channel, Runnable ended) {
        this.channel = channel;
        this.ended = ended;
    }

    void begin() {
        channel.writeLast(NO_BYTES, null, new CompletionHandler<Integer, Void>() {
            @Override
            public void completed(Integer count, Void nothing) {
                discard();
            }

            @Override
            public void failed(Throwable failure, Void nothing) {
                ended.run();
            }
        });
    }

    /** Reads until the end of the stream: a close with unread bytes would send RST. */
    private void discard() {
        channel.read(buffer.clear(), null, new CompletionHandler<Integer, Void>() {
            @Override
            public void completed(Integer count, Void nothing) {
                discarded += count;
                if (count < 0 || discarded > MAX_DISCARDED) {
                    ended.run();
                } else {
                    channel.loop().execute(StreamEnd.this::discard); // not nested, which could become deep
                }
            }

            @Override
            public void failed(Throwable failure, Void nothing) {
                ended.run();
            }
        });
    }
}
