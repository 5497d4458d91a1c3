package io.apexproxy.runtime.engine.tls;

import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.zip.CRC32;

/** A TLS channel for the thread of a test: each call begins an operation on the loop. */
record TlsEnd(TlsNet net, TlsChannel channel) {

    Outcome<Void> handshake() {
        return net.call(handler -> channel.handshake(null, handler));
    }

    Outcome<Integer> read(ByteBuffer target) {
        return net.call(handler -> channel.read(target, null, handler));
    }

    Outcome<Integer> awaitReadable() {
        return net.call(handler -> channel.awaitReadable(null, handler));
    }

    Outcome<Integer> write(ByteBuffer source) {
        return net.call(handler -> channel.write(source, null, handler));
    }

    Outcome<Integer> writeLast(ByteBuffer source) {
        return net.call(handler -> channel.writeLast(source, null, handler));
    }

    /** Writes bytes, however many writes that needs. With {@code last}, the stream ends after them. */
    Outcome<Long> send(byte[] bytes, int bufferBytes, boolean last) {
        return net.call(handler -> new Sender(channel, bytes, bufferBytes, last, handler).next());
    }

    /** Reads until the end of the stream. The result is the number of bytes and their checksum. */
    Outcome<Received> receiveAll(int targetBytes) {
        return net.call(handler -> new Receiver(channel, targetBytes, Long.MAX_VALUE, handler).next());
    }

    /** Reads this number of bytes. */
    Outcome<Received> receive(int targetBytes, long count) {
        return net.call(handler -> new Receiver(channel, targetBytes, count, handler).next());
    }

    /** Bytes that were received. */
    record Received(long count, long checksum) {
        static Received of(byte[] bytes) {
            CRC32 sum = new CRC32();
            sum.update(bytes);
            return new Received(bytes.length, sum.getValue());
        }
    }

    /** Writes from buffers of one size, and moves unwritten bytes to another buffer, as a pump does. */
    private static final class Sender implements CompletionHandler<Integer, Object> {
        private final TlsChannel channel;
        private final ByteBuffer bytes;
        private final int size;
        private final boolean last;
        private final CompletionHandler<Long, Object> handler;
        private ByteBuffer buffer = ByteBuffer.allocate(0);
        private long written;

        Sender(TlsChannel channel, byte[] bytes, int size, boolean last, CompletionHandler<Long, Object> handler) {
            this.channel = channel;
            this.bytes = ByteBuffer.wrap(bytes);
            this.size = size;
            this.last = last;
            this.handler = handler;
        }

        void next() {
            if (buffer.hasRemaining()) {
                buffer = ByteBuffer.allocateDirect(buffer.remaining()).put(buffer).flip();
            } else {
                int count = Math.min(size, bytes.remaining());
                buffer = bytes.slice(bytes.position(), count);
                bytes.position(bytes.position() + count);
            }
            if (last && !bytes.hasRemaining()) {
                channel.writeLast(buffer, null, this);
            } else {
                channel.write(buffer, null, this);
            }
        }

        @Override
        public void completed(Integer count, Object attachment) {
            written += count;
            if (buffer.hasRemaining() || bytes.hasRemaining()) {
                next();
            } else {
                handler.completed(written, null);
            }
        }

        @Override
        public void failed(Throwable cause, Object attachment) {
            handler.failed(cause, null);
        }
    }

    /** Waits and reads alternately, as a pump does. */
    private static final class Receiver implements CompletionHandler<Integer, Object> {
        private final TlsChannel channel;
        private final ByteBuffer target;
        private final long limit;
        private final CompletionHandler<Received, Object> handler;
        private final CRC32 sum = new CRC32();
        private boolean waiting;
        private long count;

        Receiver(TlsChannel channel, int size, long limit, CompletionHandler<Received, Object> handler) {
            this.channel = channel;
            this.target = ByteBuffer.allocateDirect(size);
            this.limit = limit;
            this.handler = handler;
        }

        void next() {
            waiting = true;
            channel.awaitReadable(null, this);
        }

        @Override
        public void completed(Integer result, Object attachment) {
            if (waiting) {
                waiting = false;
                channel.read(target.clear().limit((int) Math.min(target.capacity(), limit - count)), null, this);
                return;
            }
            if (result > 0) {
                count += result;
                sum.update(target.flip());
            }
            if (result < 0 || count == limit) {
                handler.completed(new Received(count, sum.getValue()), null);
            } else {
                next();
            }
        }

        @Override
        public void failed(Throwable cause, Object attachment) {
            handler.failed(cause, null);
        }
    }
}
