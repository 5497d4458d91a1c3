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

/** The thread that keeps up with etcd, from a snapshot on, and tells an observer what is new. */
final class Follower {

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    /** How long it may take to notice that an endpoint is lost without a word; far below the life of a token, 5 min. */
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(3);

    /** A change that the watch did not bring may be under way; for no longer than this. */
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(1);

    /** The next endpoint is asked soon, but a fleet does not come at one moment, nor for ever as often. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final EtcdSettings settings;
    private final EtcdClient client;
    private final LastRead seen;
    private final Optional<SnapshotFile> cache;
    private final ConfigSource.Observer observer;
    private final Thread thread = new Thread(this::run, "apex-config-etcd");
    private final CountDownLatch stopped = new CountDownLatch(1);
    private int failures;
    private boolean warned;

    Follower(EtcdSettings settings, EtcdClient client, LastRead seen, Optional<SnapshotFile> cache,
            ConfigSource.Observer observer) {
        this.settings = settings;
        this.client = client;
        this.seen = seen;
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
                follow();
            } catch (UnavailableException e) {
                note(e);
                client.moveOn();
            } catch (ConfigException e) {
                failures++;
                seen.refused(e).ifPresent(this::tell);
                client.moveOn();
            } catch (InterruptedException e) {
                LOG.debug("Interrupted", e); // nobody does that to this thread; it ends when it is told to
            } catch (RuntimeException | Error e) {
                failures++;
                LOG.error("A change in etcd could not be examined; etcd is read again", e);
            }
            pause();
        }
    }

    /** Reads a snapshot, and follows until something goes wrong. */
    private void follow() throws UnavailableException, InterruptedException {
        LastRead.Step step = seen.resync(() -> client.snapshot(settings.patience()));
        try (WatchStream stream = client.watch(step.snapshot().revision() + 1)) {
            if (step.isNews()) {
                tell(step.reading());
            }
            save(step.snapshot(), step.reading()); // not before: what was loaded first has been accepted meanwhile
            stream.awaitStart(settings.patience());
            noteReturn(step.snapshot());
            follow(stream, step.snapshot());
        }
    }

    private void follow(WatchStream stream, Snapshot start) throws UnavailableException, InterruptedException {
        Snapshot state = start;
        ChangeCoalescer burst = new ChangeCoalescer();
        Optional<Long> suspicion = Optional.empty();
        long probe = System.nanoTime() + PROBE_INTERVAL.toNanos();
        while (!isStopped()) {
            burst.add(stream.next(burst.patience(probe - System.nanoTime())));
            if (burst.isSettled()) {
                state = state.with(burst.take());
                Snapshot now = state;
                seen.advance(now).ifPresent(reading -> {
                    tell(reading);
                    save(now, reading);
                });
            }
            if (System.nanoTime() - probe >= 0) {
                Snapshot known = state.with(burst.pending());
                suspicion = suspect(known, suspicion);
                Duration pause = suspicion.isPresent() ? LONGEST_DELAY : PROBE_INTERVAL;
                probe = System.nanoTime() + pause.toNanos();
            }
        }
    }

    /** The revision from which on the watch brings nothing, though there are changes; a second time that is its end. */
    private Optional<Long> suspect(Snapshot known, Optional<Long> before) throws UnavailableException {
        if (client.isCurrent(known, settings.patience())) {
            failures = 0;
            return Optional.empty();
        }
        if (before.equals(Optional.of(known.revision()))) {
            throw new UnavailableException(client.endpoint() + ": the watch brings no changes, though there are some");
        }
        return Optional.of(known.revision());
    }

    private void save(Snapshot snapshot, ReadResult reading) {
        if (reading instanceof ReadResult.Parsed) {
            cache.ifPresent(file -> file.save(snapshot));
        }
    }

    private void tell(ReadResult reading) {
        if (isStopped()) {
            return;
        }
        try {
            reading.tell(observer);
        } catch (RuntimeException | Error e) {
            LOG.error("The change was not taken over; etcd is watched on", e);
        }
        seen.told(reading);
    }

    /** An endpoint may go, and the next one serve: that is nothing to worry about before all of them were asked. */
    private void note(UnavailableException failure) {
        failures++;
        LOG.debug("{}", failure.getMessage());
        if (!isStopped() && !warned && failures > settings.endpoints().size()) {
            warned = true;
            LOG.warn("etcd gives no answer: {}; the configuration stays as it is, and etcd is asked again until it"
                    + " answers", failure.getMessage());
        }
    }

    /** At WARN like the loss, as whoever saw that is waiting for this. */
    private void noteReturn(Snapshot snapshot) {
        if (warned) {
            warned = false;
            LOG.warn("etcd answers again: {}, revision {}", client.endpoint(), snapshot.revision());
        }
    }

    private void pause() {
        int doublings = Math.min(Math.max(0, failures - 1), 10); // more would overflow some day
        long longest = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << doublings);
        try {
            stopped.await(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            LOG.debug("Interrupted", e); // as above
        }
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /** Tells nothing more, and ends as soon as what it waits for has. */
    void stop() {
        stopped.countDown();
    }

    /** Returns when the observer was told for the last time; the observer itself may call this. */
    void awaitEnd() {
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // the promise holds nevertheless: no call after close
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
