package io.apexproxy.runtime.engine.select;

import java.io.IOException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;

/** The connections that the kernel still has queued when a listening channel closes. On the loop's thread only. */
final class AcceptQueue {

    /**
     * Connections accepted at most. Twice the largest usual queue (net.core.somaxconn is 4096): clients that connect
     * faster than the queue is emptied do not keep the channel open.
     */
    private static final int MOST = 8192;

    private final Accepting accepting;
    private final CompletionHandler<AsynchronousSocketChannel, Object> handler;
    private final Object attachment;

    AcceptQueue(Accepting accepting, CompletionHandler<AsynchronousSocketChannel, Object> handler, Object attachment) {
        this.accepting = accepting;
        this.handler = handler;
        this.attachment = attachment;
    }

    /** Accepts what is queued and passes it to the handler. */
    void empty() {
        try {
            for (int left = MOST; left > 0; left--) {
                AsynchronousSocketChannel accepted = accepting.next();
                if (accepted == null) {
                    return;
                }
                accepting.loop().completed(handler, accepted, attachment);
            }
            accepting.loop().failed(handler, new IOException("more than " + MOST + " connections were queued"),
                    attachment);
        } catch (Throwable failure) {
            accepting.loop().failed(handler, failure, attachment);
        }
    }
}
