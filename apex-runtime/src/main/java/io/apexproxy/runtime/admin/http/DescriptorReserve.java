package io.apexproxy.runtime.admin.http;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * File descriptors that are reserved for the endpoint, so that it works when the relay has used up all others. Confined
 * to the server's thread.
 *
 * <p>An accept cannot reuse an open descriptor, so the reserve closes one directly before the accept. If another thread
 * takes it in between, the accept fails and is retried later.
 */
final class DescriptorReserve {

    private static final Logger LOG = LoggerFactory.getLogger("apex.admin");
    /** A scrape and a health check at the same time. */
    private static final int SIZE = 2;

    private final Deque<SocketChannel> reserved = new ArrayDeque<>();

    /** Fills the reserve, as far as descriptors are available. */
    void restore() {
        try {
            while (reserved.size() < SIZE) {
                reserved.add(SocketChannel.open());
            }
        } catch (IOException e) {
            LOG.debug("{} of {} descriptors reserved", reserved.size(), SIZE, e);
        }
    }

    /** Frees one descriptor; returns false if the reserve is empty. */
    boolean release() {
        if (reserved.isEmpty()) {
            return false;
        }
        try {
            reserved.remove().close();
        } catch (IOException e) {
            LOG.debug("closing a reserved descriptor failed", e);
        }
        return true;
    }

    void close() {
        while (!reserved.isEmpty()) {
            release();
        }
    }
}
