package io.apexproxy.runtime.pool.names;

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
 * Looks names up as the operating system does, on threads of its own, because a look-up blocks.
 *
 * <p>Each name has a thread of its own while it is looked up, so a name server that hangs on one name delays no other.
 * Equal names share one look-up. A look-up cannot be interrupted: after {@link NameResolver#TIMEOUT} the callers get an
 * exception, the thread stays occupied until the operating system gives up, and the same name gets no second thread
 * meanwhile. Not more than {@value #MAX_THREADS} names are looked up at the same time; further ones wait.
 *
 * <p>The JVM keeps what it found for as long as the security property {@code networkaddress.cache.ttl} says, 30 s by
 * default; {@code apex} lowers it for its process. An application that embeds Apex and needs shorter intervals does the
 * same.
 */
public final class SystemNameResolver implements NameResolver, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");
    /** A thread that waits for an answer costs some 100 KiB. */
    private static final int MAX_THREADS = 64;
    private static final long IDLE_SECONDS = 10;
    private static final Duration WARNING_PERIOD = Duration.ofMinutes(1);

    private final Lookup lookup;
    private final int maxThreads;
    private final Duration timeout;
    private final LogThrottle warnings = new LogThrottle(WARNING_PERIOD);
    private final ThreadPoolExecutor executor;
    /** Names that are being looked up or wait for a thread. Guarded by this. */
    private final Map<String, SharedLookup> lookups = new HashMap<>();
    /** Names that wait for a thread. Guarded by this. */
    private final Queue<SharedLookup> waiting = new ArrayDeque<>();
    /** Guarded by this. */
    private int threads;

    /** Creates a resolver, which has threads only while it is asked; closing it ends the look-ups under way. */
    public SystemNameResolver() {
        this(InetAddress::getAllByName, MAX_THREADS, TIMEOUT);
    }

    SystemNameResolver(Lookup lookup, int maxThreads, Duration timeout) {
        this.lookup = lookup;
        this.maxThreads = maxThreads;
        this.timeout = timeout;
        // without a bound of its own: a thread that has just ended a look-up may not be idle yet
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
        CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
        synchronized (this) {
            SharedLookup present = lookups.get(host.toLowerCase(Locale.ROOT));
            if (present != null) {
                present.add(answer);
                return answer;
            }
            SharedLookup added = new SharedLookup(host.toLowerCase(Locale.ROOT));
            lookups.put(added.host, added);
            if (threads < maxThreads) {
                added.begin();
                added.add(answer);
                start(added);
            } else {
                added.add(answer);
                waiting.add(added);
                warn();
            }
        }
        return answer;
    }

    private void start(SharedLookup first) {
        threads++;
        try {
            executor.execute(() -> run(first));
        } catch (RuntimeException | OutOfMemoryError e) { // closed, or the system has no more threads
            threads--;
            lookups.remove(first.host);
            first.answers.forEach(answer -> answer.completeExceptionally(e));
        }
    }

    private void warn() {
        if (warnings.permits()) {
            LOG.warn("name look-ups: limit of {} concurrent look-ups reached: {} names wait; their pools keep the "
                    + "addresses they have; check the name servers", maxThreads, waiting.size());
        }
    }

    /** Runs look-ups until none waits for a thread. */
    private void run(SharedLookup first) {
        Optional<SharedLookup> next = Optional.of(first);
        while (next.isPresent()) {
            SharedLookup current = next.get();
            Consumer<CompletableFuture<List<InetAddress>>> result = lookUp(current.host);
            List<CompletableFuture<List<InetAddress>>> answers;
            synchronized (this) {
                answers = current.answers;
                lookups.remove(current.host);
                next = Optional.ofNullable(waiting.poll());
                next.ifPresentOrElse(SharedLookup::begin, () -> threads--);
            }
            answers.forEach(result);
        }
    }

    private Consumer<CompletableFuture<List<InetAddress>>> lookUp(String host) {
        try {
            List<InetAddress> addresses = List.of(lookup.addresses(host));
            return answer -> answer.complete(addresses);
        } catch (UnknownHostException | RuntimeException | Error e) { // the thread and its place survive
            return answer -> answer.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** The look-up of a name and the callers that wait for it. Methods are called under the lock of the resolver. */
    private final class SharedLookup {

        private final String host;
        private final List<CompletableFuture<List<InetAddress>>> answers = new ArrayList<>();
        private boolean begun;

        SharedLookup(String host) {
            this.host = host;
        }

        void add(CompletableFuture<List<InetAddress>> answer) {
            answers.removeIf(CompletableFuture::isDone); // of callers whose time is over
            answers.add(answer);
            if (begun) {
                limit(answer);
            } else {
                failWithoutThread(answer);
            }
        }

        void begin() {
            begun = true;
            answers.forEach(this::limit);
        }

        private void limit(CompletableFuture<List<InetAddress>> answer) {
            answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        }

        /** A start does not wait without end for names that get no thread. */
        private void failWithoutThread(CompletableFuture<List<InetAddress>> answer) {
            CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS).execute(() -> {
                if (!hasBegun()) {
                    answer.completeExceptionally(new IOException("not looked up within " + Durations.text(timeout)
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
