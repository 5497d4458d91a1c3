package io.apexproxy.health.tcp;

import io.apexproxy.api.health.HealthResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One probe of a Unix-domain socket. The JDK has no asynchronous channels for those, so it waits for the answer on the
 * thread that calls it; connecting to a process of this machine never waits.
 */
final class UnixProbe {

    /** For a greeting that is on its way: a socket that is closed with unread bytes is an error for who sent them. */
    private static final long LEAVE_MILLIS = 100;

    private final SocketChannel channel;
    private final Dialogue dialogue;
    private final Duration timeout;
    private final long deadline;
    private final ByteBuffer received;

    /** Takes over a channel that is not connected; closed when the probe is over. */
    UnixProbe(SocketChannel channel, Dialogue dialogue, Duration timeout) {
        this.channel = channel;
        this.dialogue = dialogue;
        this.timeout = timeout;
        this.deadline = System.nanoTime() + timeout.toNanos();
        this.received = dialogue.room();
    }

    HealthResult run(UnixDomainSocketAddress address, ScheduledExecutorService executor) {
        boolean talked = false;
        try {
            channel.configureBlocking(false);
            if (!channel.connect(address)) {
                return HealthResult.unhealthy("its queue of connections is full");
            }
            HealthResult result = talk();
            talked = true;
            return result;
        } catch (IOException e) {
            return HealthResult.unhealthy(Reasons.of(e));
        } finally {
            leave(talked, executor);
        }
    }

    private HealthResult talk() throws IOException {
        ByteBuffer send = dialogue.send().duplicate();
        boolean ended = false;
        try (Selector selector = Selector.open()) {
            SelectionKey key = channel.register(selector, 0);
            while (channel.write(send) >= 0 && send.hasRemaining()) {
                if (!await(key, SelectionKey.OP_WRITE)) {
                    return timedOut();
                }
            }
            while (true) {
                Optional<HealthResult> verdict = dialogue.judge(received.duplicate().flip(), ended);
                if (verdict.isPresent()) {
                    return verdict.get();
                }
                if (!await(key, SelectionKey.OP_READ)) {
                    return timedOut();
                }
                ended = channel.read(received) < 0;
            }
        }
    }

    private boolean await(SelectionKey key, int operation) throws IOException {
        key.interestOps(operation);
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        return left > 0 && key.selector().select(left) > 0;
    }

    private HealthResult timedOut() {
        return HealthResult.unhealthy("timed out after " + Reasons.words(timeout)
                + dialogue.awaited(received.duplicate().flip()));
    }

    /** Says that this was all, and lets the backend say the same before the socket is closed. */
    private void leave(boolean politely, ScheduledExecutorService executor) {
        if (!politely) {
            close();
            return;
        }
        try {
            channel.shutdownOutput();
            executor.schedule(this::drainAndClose, LEAVE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (IOException | RuntimeException e) { // the backend has gone, or the instance is closed
            close();
        }
    }

    private void drainAndClose() {
        try (channel) {
            channel.read(received.clear());
        } catch (IOException e) { // it has gone first, which is as good
            received.clear();
        }
    }

    private void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
