package io.apexproxy.runtime.admin.http;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * File descriptors that are kept for the endpoint, so that it answers when the relay has used up all others. Only the
 * server's thread uses it.
 *
 * <p>An accept cannot reuse a descriptor. So one is closed directly before the accept, and another thread may get it
 * in between; then the accept fails, and is tried again later.
 */
final class DescriptorReserve {

    private static final Logger LOG = LoggerFactory.getLogger("apex.admin");
    /** A scrape and a health check at the same time. */
    private static final int SIZE = 2;

    private final Deque<SocketChannel> kept = new ArrayDeque<>();

    /** Keeps as many descriptors as are wanted and available. */
    void restore() {
        try {
            while (kept.size() < SIZE) {
                kept.add(SocketChannel.open());
            }
        } catch (IOException e) {
            LOG.debug("{} of {} descriptors in reserve", kept.size(), SIZE, e);
        }
    }

    /** Frees one descriptor; returns false if none was kept. */
    boolean release() {
        if (kept.isEmpty()) {
            return false;
        }
        try {
            kept.remove().close();
        } catch (IOException e) {
            LOG.debug("releasing a descriptor", e);
        }
        return true;
    }

    void close() {
        while (!kept.isEmpty()) {
            release();
        }
    }
}
