package io.apexproxy.dist.fault;

import io.apexproxy.dist.fault.VerifiedSession.Behaviour;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Clients that repeatedly run sessions. A session that ends early without a fault is a failure. */
final class Clients implements AutoCloseable {

    private static final int CLIENTS = 32;
    private static final int MOST_PAUSE_MILLIS = 80;
    private static final List<Behaviour> COMPLETE =
            List.of(Behaviour.NORMAL, Behaviour.HALF_CLOSING, Behaviour.SLOW);
    /** Behaviours in proportion to their frequency. */
    private static final List<Behaviour> BEHAVIOURS = List.of(
            Behaviour.NORMAL, Behaviour.NORMAL, Behaviour.NORMAL, Behaviour.NORMAL,
            Behaviour.HALF_CLOSING, Behaviour.HALF_CLOSING, Behaviour.SLOW,
            Behaviour.RESETTING, Behaviour.RESETTING, Behaviour.CLOSING);

    private final List<ListenerPort> listeners;
    private final Timeline timeline;
    private final Consumer<String> failures;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final LongAdder bytes = new LongAdder();

    Clients(List<ListenerPort> listeners, Timeline timeline, Consumer<String> failures) {
        this.listeners = listeners;
        this.timeline = timeline;
        this.failures = failures;
    }

    /** Runs sessions until the latch is released. */
    void runUntil(CountDownLatch over, long seed) {
        List<? extends Future<?>> clients = IntStream.range(0, CLIENTS).mapToObj(client -> threads.submit(() -> {
            var random = new Random(RandomStream.mix(seed + client));
            do {
                runSession(listeners.get(random.nextInt(listeners.size())),
                        BEHAVIOURS.get(random.nextInt(BEHAVIOURS.size())), random);
            } while (!over.await(random.nextInt(MOST_PAUSE_MILLIS), TimeUnit.MILLISECONDS));
            return client;
        })).toList();
        await(clients);
    }

    /** Runs concurrent sessions: a number for each listener and each behaviour that completes a session. */
    void runOnce(int each, long seed) {
        var random = new Random(seed);
        List<Future<?>> clients = new ArrayList<>();
        for (ListenerPort listener : listeners) {
            for (Behaviour behaviour : COMPLETE) {
                for (int i = 0; i < each; i++) {
                    var own = new Random(random.nextLong());
                    clients.add(threads.submit(() -> runSession(listener, behaviour, own)));
                }
            }
        }
        await(clients);
    }

    private void await(List<? extends Future<?>> clients) {
        try {
            for (Future<?> client : clients) {
                client.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void runSession(ListenerPort listener, Behaviour behaviour, Random random) {
        var session = new VerifiedSession(listener, behaviour, random, threads);
        long fromNanos = System.nanoTime();
        try {
            session.run();
            count(behaviour.name());
        } catch (SocketTimeoutException e) {
            failures.accept("stuck: " + session + ", backend " + session.backend() + ": " + e);
        } catch (IOException e) {
            long toNanos = System.nanoTime();
            // a reset during the call of connect() is not a ConnectException: the proxy has accepted before
            boolean accepted = !(e instanceof ConnectException);
            if (accepted && !listener.steady() && timeline.explains(session.backend(), fromNanos, toNanos)) {
                count("cut");
            } else {
                failures.accept("cut without a reason: %s, backend %d, after %d ms: %s".formatted(
                        session, session.backend(), TimeUnit.NANOSECONDS.toMillis(toNanos - fromNanos), e));
            }
        } catch (AssertionError e) {
            failures.accept(session + ", backend " + session.backend() + ": " + e.getMessage());
        } finally {
            bytes.add(session.verified());
        }
    }

    private void count(String what) {
        counts.computeIfAbsent(what, key -> new LongAdder()).increment();
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    /** Returns the numbers of sessions and bytes so far. */
    @Override
    public String toString() {
        long sessions = counts.values().stream().mapToLong(LongAdder::sum).sum();
        return "%d sessions, %d bytes received: %s".formatted(sessions, bytes.sum(), new TreeMap<>(counts));
    }
}
