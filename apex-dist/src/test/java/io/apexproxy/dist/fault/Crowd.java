package io.apexproxy.dist.fault;

import java.io.IOException;
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

/** Clients that come again and again. What no fault explains is a failure. */
final class Crowd implements AutoCloseable {

    private static final int CLIENTS = 32;
    private static final int MOST_PAUSE_MILLIS = 80;
    private static final List<Visit.Manner> TO_THE_END =
            List.of(Visit.Manner.ORDINARY, Visit.Manner.HALF_CLOSING, Visit.Manner.CRAWLING);
    /** As often as each is drawn. */
    private static final List<Visit.Manner> MANNERS = List.of(
            Visit.Manner.ORDINARY, Visit.Manner.ORDINARY, Visit.Manner.ORDINARY, Visit.Manner.ORDINARY,
            Visit.Manner.HALF_CLOSING, Visit.Manner.HALF_CLOSING, Visit.Manner.CRAWLING,
            Visit.Manner.ABORTING, Visit.Manner.ABORTING, Visit.Manner.LEAVING);

    private final List<Door> doors;
    private final Timeline timeline;
    private final Consumer<String> failures;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final LongAdder bytes = new LongAdder();

    Crowd(List<Door> doors, Timeline timeline, Consumer<String> failures) {
        this.doors = doors;
        this.timeline = timeline;
        this.failures = failures;
    }

    /** Lets them come until it is over. */
    void comeUntil(CountDownLatch over, long seed) {
        List<? extends Future<?>> clients = IntStream.range(0, CLIENTS).mapToObj(client -> threads.submit(() -> {
            var random = new Random(RandomStream.mix(seed + client));
            do {
                visit(doors.get(random.nextInt(doors.size())), MANNERS.get(random.nextInt(MANNERS.size())), random);
            } while (!over.await(random.nextInt(MOST_PAUSE_MILLIS), TimeUnit.MILLISECONDS));
            return client;
        })).toList();
        await(clients);
    }

    /** Lets so many come to each door of each manner that goes to the end, all at the same time. */
    void comeOnce(int each, long seed) {
        var random = new Random(seed);
        List<Future<?>> clients = new ArrayList<>();
        for (Door door : doors) {
            for (Visit.Manner manner : TO_THE_END) {
                for (int i = 0; i < each; i++) {
                    var own = new Random(random.nextLong());
                    clients.add(threads.submit(() -> visit(door, manner, own)));
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

    private void visit(Door door, Visit.Manner manner, Random random) {
        var visit = new Visit(door, manner, random, threads);
        long fromNanos = System.nanoTime();
        try {
            visit.run();
            count(manner.name());
        } catch (SocketTimeoutException e) {
            failures.accept("stuck: " + visit + ", backend " + visit.backend() + ": " + e);
        } catch (IOException e) {
            long toNanos = System.nanoTime();
            if (visit.connected() && !door.steady() && timeline.explains(visit.backend(), fromNanos, toNanos)) {
                count("cut");
            } else {
                failures.accept("cut without a reason: %s, backend %d, after %d ms: %s".formatted(
                        visit, visit.backend(), TimeUnit.NANOSECONDS.toMillis(toNanos - fromNanos), e));
            }
        } catch (AssertionError e) {
            failures.accept(visit + ", backend " + visit.backend() + ": " + e.getMessage());
        } finally {
            bytes.add(visit.verified());
        }
    }

    private void count(String what) {
        counts.computeIfAbsent(what, key -> new LongAdder()).increment();
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    /** What has been done so far. */
    @Override
    public String toString() {
        long sessions = counts.values().stream().mapToLong(LongAdder::sum).sum();
        return "%d sessions, %d bytes received: %s".formatted(sessions, bytes.sum(), new TreeMap<>(counts));
    }
}
