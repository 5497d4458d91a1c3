package io.apexproxy.config.etcd;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that reads a snapshot of etcd, watches for changes from there, and reports them to the observer. */
final class EtcdWatch {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);

    /** The interval of checks for a dead endpoint; far below the lifetime of a token, 5 min. */
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(3);

    /** The maximum delay of a change in the watch after a read has returned it. */
    private static final Duration MAX_WATCH_DELAY = Duration.ofSeconds(1);

    /**
     * The pauses between attempts. They are short at first, and random so that instances do not retry at the same time.
     */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

    private final EtcdSettings settings;
    private final EtcdClient client;
    private final LastRead lastRead;
    private final Optional<SnapshotFile> cache;
    private final ConfigSource.Observer observer;
    private final Thread thread = new Thread(this::run, "apex-config-etcd");
    private final CountDownLatch stopped = new CountDownLatch(1);
    private int failures;
    private boolean warned;

    EtcdWatch(EtcdSettings settings, EtcdClient client, LastRead lastRead, Optional<SnapshotFile> cache,
            ConfigSource.Observer observer) {
        this.settings = settings;
        this.client = client;
        this.lastRead = lastRead;
        this.cache = cache;
        this.observer = observer;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!isStopped()) {
            try {
                watchFromSnapshot();
            } catch (UnavailableException e) {
                recordFailure(e);
                client.selectNextEndpoint();
            } catch (ConfigException e) {
                failures++;
                lastRead.fail(e).ifPresent(this::report);
                client.selectNextEndpoint();
            } catch (InterruptedException e) {
                LOG.debug("Interrupted", e); // unexpected; only stop() ends this thread
            } catch (RuntimeException | Error e) {
                failures++;
                LOG.error("etcd: failed to examine a change; reading all keys again", e);
            }
            pause();
        }
    }

    /** Reads a snapshot and processes later changes until a failure. */
    private void watchFromSnapshot() throws UnavailableException, InterruptedException {
        LastRead.Read read = lastRead.resync(() -> client.readSnapshot(settings.timeout()));
        try (WatchStream stream = client.watch(read.snapshot().revision() + 1)) {
            if (read.isChanged()) {
                report(read.result());
            }
            save(read.snapshot(), read.result()); // only now, when the runtime has accepted the first load
            stream.awaitStart(settings.timeout());
            recordSuccess(read.snapshot());
            processChanges(stream, read.snapshot());
        }
    }

    private void processChanges(WatchStream stream, Snapshot start) throws UnavailableException, InterruptedException {
        Snapshot state = start;
        ChangeCoalescer burst = new ChangeCoalescer();
        Optional<Long> missedRevision = Optional.empty();
        long nextCheck = System.nanoTime() + CHECK_INTERVAL.toNanos();
        while (!isStopped()) {
            burst.add(stream.next(burst.timeout(nextCheck - System.nanoTime())));
            if (burst.isSettled()) {
                state = state.with(burst.take());
                Snapshot now = state;
                lastRead.update(now).ifPresent(result -> {
                    report(result);
                    save(now, result);
                });
            }
            if (System.nanoTime() - nextCheck >= 0) {
                Snapshot known = state.with(burst.pending());
                missedRevision = findMissedRevision(known, missedRevision);
                Duration pause = missedRevision.isPresent() ? MAX_WATCH_DELAY : CHECK_INTERVAL;
                nextCheck = System.nanoTime() + pause.toNanos();
            }
        }
    }

    /**
     * Returns the revision after which the watch has missed changes, or empty if it is current. The same revision in
     * two checks in succession fails the watch.
     */
    private Optional<Long> findMissedRevision(Snapshot known, Optional<Long> before) throws UnavailableException {
        if (client.isCurrent(known, settings.timeout())) {
            failures = 0;
            return Optional.empty();
        }
        if (before.equals(Optional.of(known.revision()))) {
            throw new UnavailableException(client.endpoint() + ": the watch does not deliver changes");
        }
        return Optional.of(known.revision());
    }

    private void save(Snapshot snapshot, ReadResult result) {
        if (result instanceof ReadResult.Parsed) {
            cache.ifPresent(file -> file.save(snapshot));
        }
    }

    private void report(ReadResult result) {
        if (isStopped()) {
            return;
        }
        try {
            result.reportTo(observer);
        } catch (RuntimeException | Error e) {
            LOG.error("etcd: failed to apply the change; still watching", e);
        }
        lastRead.confirm(result);
    }

    /** Counts a failure, and logs a warning only if all endpoints have failed. */
    private void recordFailure(UnavailableException failure) {
        failures++;
        LOG.debug("{}", failure.getMessage());
        if (!isStopped() && !warned && failures > settings.endpoints().size()) {
            warned = true;
            LOG.warn("etcd is unavailable: {}; the current configuration stays in effect; retrying until etcd"
                    + " responds", failure.getMessage());
        }
    }

    /** Logs the end of a failure at the same level as its start. */
    private void recordSuccess(Snapshot snapshot) {
        if (warned) {
            warned = false;
            LOG.warn("etcd is available again: {}, revision {}", client.endpoint(), snapshot.revision());
        }
    }

    private void pause() {
        int doublings = Math.min(Math.max(0, failures - 1), 10); // avoids an overflow
        long maxPause = Math.min(MAX_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << doublings);
        try {
            stopped.await(ThreadLocalRandom.current().nextLong(maxPause / 2, maxPause + 1), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            LOG.debug("Interrupted", e); // unexpected; only stop() ends this thread
        }
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /** Stops reports. The thread ends when its current wait ends. */
    void stop() {
        stopped.countDown();
    }

    /** Waits for the last call of the observer, unless that call itself invokes this method. */
    void awaitEnd() {
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // keep waiting: no call of the observer may follow close
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
