package io.apexproxy.runtime.engine.tls;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for the computations of TLS handshakes. */
public final class HandshakeThreads {

    /** Longer than the default interval of health checks, so that their threads are reused. */
    private static final long IDLE_SECONDS = 10;

    private HandshakeThreads() {
    }

    /**
     * Returns an executor with daemon threads, which end when they are idle. Its queue has no bound of its own: a
     * handshake has at most one computation at a time, so the number of handshakes is the bound.
     *
     * @param prefix the name of each thread without its number
     * @param count the highest number of threads, at least 1
     */
    public static ThreadPoolExecutor create(String prefix, int count) {
        AtomicInteger created = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(count, count, IDLE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, prefix + created.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
