package io.apexproxy.runtime.pool;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks names up as the operating system does, on a few threads of its own, because the look-up blocks.
 *
 * <p>The JVM keeps what it found for as long as the security property {@code networkaddress.cache.ttl} says, 30 s by
 * default; {@code apex} lowers it for its process. Who uses Apex as a library and wants shorter intervals does the
 * same.
 */
public final class SystemNameResolver implements NameResolver, AutoCloseable {

    /** Look-ups at the same time: a name server that hangs on one name must not hold up the others. */
    private static final int THREADS = 4;
    private static final long IDLE_SECONDS = 10;

    private final ExecutorService executor;

    /** Creates a resolver, which has threads only while it is asked; closing it ends the look-ups under way. */
    public SystemNameResolver() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "apex-resolver");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        executor = threads;
    }

    @Override
    public CompletionStage<List<InetAddress>> resolve(String host) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return List.of(InetAddress.getAllByName(host));
            } catch (UnknownHostException e) {
                throw new CompletionException(e);
            }
        }, executor);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
