package io.apexproxy.runtime.pool.names;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.runtime.log.Durations;
import io.apexproxy.runtime.log.LogThrottle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A name resolver that uses the blocking look-up of the operating system on separate threads.
 *
 * <p>Each look-up has its own thread, so a name server that hangs on one name delays no other. Equal names share one
 * look-up. At most {@value #MAX_THREADS} names are looked up at the same time; further names wait.
 *
 * <p>A look-up cannot be interrupted. After {@link NameResolver#TIMEOUT} its callers get an exception, but its thread
 * stays occupied until the operating system gives up. Until then, no second look-up of this name starts.
 *
 * <p>The JVM caches addresses for the time in the security property {@code networkaddress.cache.ttl}, 30 s by default.
 * {@code apex} reduces it for its process. An application that embeds Apex has to reduce it for shorter intervals.
 */
public final class SystemNameResolver implements NameResolver, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");
    /** Bounds the memory for hanging look-ups: a blocked thread uses about 100 KiB. */
    private static final int MAX_THREADS = 64;
    private static final long IDLE_SECONDS = 10;
    private static final Duration WARNING_PERIOD = Duration.ofMinutes(1);

    private final Lookup lookup;
    private final int maxThreads;
    private final Duration timeout;
    private final LogThrottle warnings = new LogThrottle(WARNING_PERIOD);
    private final ThreadPoolExecutor executor;
    /** Names that are being looked up or wait for a thread. */
    @GuardedBy("this")
    private final Map<String, SharedLookup> lookups = new HashMap<>();
    /** Names that wait for a thread. */
    @GuardedBy("this")
    private final Queue<SharedLookup> waiting = new ArrayDeque<>();
    /** The number of threads that run look-ups. */
    @GuardedBy("this")
    private int threads;

    /** Creates a resolver. It has threads only during look-ups. {@link #close} interrupts them. */
    public SystemNameResolver() {
        this(InetAddress::getAllByName, MAX_THREADS, TIMEOUT);
    }

    SystemNameResolver(Lookup lookup, int maxThreads, Duration timeout) {
        this.lookup = lookup;
        this.maxThreads = maxThreads;
        this.timeout = timeout;
        // unbounded, because a thread that has just ended a look-up is possibly not idle yet
        executor = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS,
                new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "apex-resolver");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** The blocking look-up, as {@link InetAddress#getAllByName}. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    @Override
    public CompletionStage<List<InetAddress>> resolve(String host) {
        CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
        synchronized (this) {
            SharedLookup present = lookups.get(host.toLowerCase(Locale.ROOT));
            if (present != null) {
                present.add(result);
                return result;
            }
            SharedLookup added = new SharedLookup(host.toLowerCase(Locale.ROOT));
            lookups.put(added.host, added);
            if (threads < maxThreads) {
                added.begin();
                added.add(result);
                start(added);
            } else {
                added.add(result);
                waiting.add(added);
                warn();
            }
        }
        return result;
    }

    @GuardedBy("this")
    private void start(SharedLookup first) {
        threads++;
        try {
            executor.execute(() -> run(first));
        } catch (RuntimeException | OutOfMemoryError e) { // closed, or the system has no more threads
            threads--;
            lookups.remove(first.host);
            first.results.forEach(result -> result.completeExceptionally(e));
        }
    }

    @GuardedBy("this")
    private void warn() {
        if (warnings.permits()) {
            LOG.warn("name look-ups: limit of {} concurrent look-ups reached: {} names wait; their pools keep the "
                    + "addresses they have; check the name servers", maxThreads, waiting.size());
        }
    }

    /** Runs a look-up, then the waiting ones. */
    private void run(SharedLookup first) {
        Optional<SharedLookup> next = Optional.of(first);
        while (next.isPresent()) {
            SharedLookup current = next.get();
            Consumer<CompletableFuture<List<InetAddress>>> completion = lookUp(current.host);
            List<CompletableFuture<List<InetAddress>>> results;
            synchronized (this) {
                results = current.results;
                lookups.remove(current.host);
                next = Optional.ofNullable(waiting.poll());
                next.ifPresentOrElse(SharedLookup::begin, () -> threads--);
            }
            results.forEach(completion);
        }
    }

    private Consumer<CompletableFuture<List<InetAddress>>> lookUp(String host) {
        try {
            List<InetAddress> addresses = List.of(lookup.addresses(host));
            return result -> result.complete(addresses);
        } catch (UnknownHostException | RuntimeException | Error e) { // keeps the thread and the count of threads
            return result -> result.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** The look-up of a name, with the results for all its callers. Methods are called under the resolver's lock. */
    private final class SharedLookup {

        private final String host;
        private final List<CompletableFuture<List<InetAddress>>> results = new ArrayList<>();
        private boolean begun;

        SharedLookup(String host) {
            this.host = host;
        }

        void add(CompletableFuture<List<InetAddress>> result) {
            results.removeIf(CompletableFuture::isDone); // timed out
            results.add(result);
            if (begun) {
                startTimeout(result);
            } else {
                failIfNotBegun(result);
            }
        }

        void begin() {
            begun = true;
            results.forEach(this::startTimeout);
        }

        private void startTimeout(CompletableFuture<List<InetAddress>> result) {
            result.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        }

        /** Bounds the wait for a thread, so that the start of the proxy does not wait indefinitely. */
        private void failIfNotBegun(CompletableFuture<List<InetAddress>> result) {
            CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS).execute(() -> {
                if (!hasBegun()) {
                    result.completeExceptionally(new IOException("not looked up within " + Durations.text(timeout)
                            + ", because all " + maxThreads + " threads for look-ups are occupied"));
                }
            });
        }

        private boolean hasBegun() {
            synchronized (SystemNameResolver.this) {
                return begun;
            }
        }
    }
}
