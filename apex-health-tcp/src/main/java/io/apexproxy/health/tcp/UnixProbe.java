package io.apexproxy.health.tcp;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.Reasons;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One probe of a Unix-domain socket. The JDK has no asynchronous channels for those, so it waits for the answer on the
 * thread that calls it; connecting to a process of this machine never waits.
 */
final class UnixProbe {

    private final SocketChannel channel;
    private final Selector selector;
    private final SendExpect dialogue;
    private final Duration timeout;
    private final long deadline;
    private final ByteBuffer received;

    private UnixProbe(SocketChannel channel, Selector selector, SendExpect dialogue, Duration timeout) {
        this.channel = channel;
        this.selector = selector;
        this.dialogue = dialogue;
        this.timeout = timeout;
        this.deadline = System.nanoTime() + timeout.toNanos();
        this.received = dialogue.room();
    }

    /**
     * Opens all that a probe needs, before any backend is asked.
     *
     * @throws IOException if the system has no more of it, which says nothing about the backend
     */
    static UnixProbe open(SendExpect dialogue, Duration timeout) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            return new UnixProbe(channel, Selector.open(), dialogue, timeout);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Probes once, and leaves nothing open but what the farewells see to. */
    HealthResult run(UnixDomainSocketAddress address, LingeringClose farewells) {
        boolean talked = false;
        try (selector) {
            channel.configureBlocking(false);
            if (!channel.connect(address)) {
                return HealthResult.unhealthy("its queue of connections is full");
            }
            HealthResult result = talk(channel.register(selector, 0));
            talked = true;
            return result;
        } catch (IOException e) {
            return HealthResult.unhealthy(Reasons.of(e));
        } finally {
            if (talked) {
                farewells.say(channel);
            } else {
                LingeringClose.close(channel);
            }
        }
    }

    private HealthResult talk(SelectionKey key) throws IOException {
        ByteBuffer send = dialogue.send().duplicate();
        while (channel.write(send) >= 0 && send.hasRemaining()) {
            if (!await(key, SelectionKey.OP_WRITE)) {
                return timedOut();
            }
        }
        boolean ended = false;
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

    private boolean await(SelectionKey key, int operation) throws IOException {
        key.interestOps(operation);
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        // with an action: without one, a key that was ready before and is ready again does not count
        return left > 0 && selector.select(ready -> { }, left) > 0;
    }

    private HealthResult timedOut() {
        return HealthResult.unhealthy("timed out after " + Reasons.words(timeout)
                + dialogue.awaited(received.duplicate().flip()));
    }
}
