package io.apexproxy.health.tcp;

import io.apexproxy.api.Backend;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.Preambles;
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
 * One probe of a Unix-domain socket. It waits for the response on the calling thread, because the JDK has no
 * asynchronous channels for these sockets. The connect itself never blocks.
 */
final class UnixProbe {

    private final SocketChannel channel;
    private final Selector selector;
    private final Backend backend;
    private final SendExpect sendExpect;
    private final Duration timeout;
    private final long deadline;
    private final ByteBuffer received;

    private UnixProbe(SocketChannel channel, Selector selector, Backend backend, SendExpect sendExpect,
            Duration timeout) {
        this.channel = channel;
        this.backend = backend;
        this.selector = selector;
        this.sendExpect = sendExpect;
        this.timeout = timeout;
        this.deadline = System.nanoTime() + timeout.toNanos();
        this.received = sendExpect.newReceiveBuffer();
    }

    /**
     * Opens the socket and the selector of a probe, without contact to the backend.
     *
     * @throws IOException if the system is out of resources, which is inconclusive
     */
    static UnixProbe open(Backend backend, SendExpect sendExpect, Duration timeout) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            return new UnixProbe(channel, Selector.open(), backend, sendExpect, timeout);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Probes once. The lingering close then owns the connection, or it is closed. */
    HealthResult run(UnixDomainSocketAddress address, LingeringClose lingeringClose) {
        boolean exchanged = false;
        try (selector) {
            channel.configureBlocking(false);
            if (!channel.connect(address)) {
                return HealthResult.unhealthy("accept queue full");
            }
            HealthResult result = exchange(channel.register(selector, 0));
            exchanged = true;
            return result;
        } catch (IOException e) {
            return HealthResult.unhealthy(Reasons.of(e));
        } finally {
            if (exchanged) {
                lingeringClose.add(channel);
            } else {
                LingeringClose.close(channel);
            }
        }
    }

    private HealthResult exchange(SelectionKey key) throws IOException {
        ByteBuffer send =
                Preambles.prepend(backend, channel.getLocalAddress(), sendExpect.send().duplicate());
        while (channel.write(send) >= 0 && send.hasRemaining()) {
            if (!await(key, SelectionKey.OP_WRITE)) {
                return timedOut();
            }
        }
        boolean ended = false;
        while (true) {
            Optional<HealthResult> verdict = sendExpect.evaluate(received.duplicate().flip(), ended);
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
        // select() with an action counts ready keys; without an action it counts only keys whose readiness changed
        return left > 0 && selector.select(ready -> {}, left) > 0;
    }

    private HealthResult timedOut() {
        return HealthResult.unhealthy("timed out after " + Reasons.format(timeout)
                + sendExpect.describe(received.duplicate().flip()));
    }
}
