package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.config.ConfigSource;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that waits for a file to change, lets the change settle, and tells an observer of it. */
final class FileWatch implements AutoCloseable {

    /** A file is settled when nothing happened to it for so long: programs write a small file in one go. */
    private static final Duration QUIET = Duration.ofMillis(100);

    /** Waiting for quiet ends here, so that a change is told within 1 s even while writes go on. */
    private static final Duration LONGEST_UNREST = Duration.ofMillis(500);

    /** A file that is missing or empty for longer is not just being replaced by an editor. */
    private static final Duration LONGEST_VACANCY = Duration.ofSeconds(1);

    /** Pause between two reports of a pipe in the place of the file, also where it alternates with the file. */
    private static final Duration OBSTACLE_REPORT_INTERVAL = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger("apex.config");

    private final TomlFile file;
    private final LastRead seen;
    private final PathWatch watch;
    private final Duration pollInterval;
    private final ConfigSource.Observer observer;
    private final Thread thread;
    private volatile boolean closed;
    /** When the next report of an obstacle is due; 0 before the first. */
    private long nextReport;

    FileWatch(TomlFile file, LastRead seen, PathWatch watch, Duration pollInterval, ConfigSource.Observer observer) {
        this.file = file;
        this.seen = seen;
        this.watch = watch;
        this.pollInterval = pollInterval;
        this.observer = observer;
        this.thread = new Thread(this::run, "apex-config-toml");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            try {
                watch.mark();
                if (seen.differs()) {
                    tellWhenSettled();
                } else if (seen.obstacle().isPresent()) {
                    report(seen.obstacle().get());
                    awaitChange();
                } else {
                    watch.await(watch.isYoung() ? StatWatch.PERIOD : pollInterval);
                }
            } catch (RuntimeException | Error e) {
                LOG.error("{}: a change could not be examined; it is tried again after {} ms",
                        file.name(), pollInterval.toMillis(), e);
                watch.await(pollInterval);
            }
        }
    }

    private void report(ConfigProblem obstacle) {
        long now = System.nanoTime();
        if (nextReport == 0 || now - nextReport >= 0) {
            nextReport = now + OBSTACLE_REPORT_INTERVAL.toNanos();
            LOG.warn("{}: {}; the configuration in force stays", file.name(), obstacle.message());
        }
    }

    /** Events may come in thousands while programs replace the file by a pipe and back. */
    private void awaitChange() {
        if (watch.await(pollInterval)) {
            awaitQuiet();
        }
    }

    private void tellWhenSettled() {
        awaitQuiet();
        boolean vacant = file.isVacant();
        if (vacant && !staysVacant()) {
            return; // somebody begins to write it: that has to settle, too
        }
        Optional<ReadResult> news = closed ? Optional.empty() : seen.advance(vacant);
        news.ifPresent(reading -> {
            tell(reading);
            seen.told(reading);
        });
    }

    private void awaitQuiet() {
        long deadline = System.nanoTime() + LONGEST_UNREST.toNanos();
        Duration pause = QUIET;
        while (pause.compareTo(Duration.ZERO) > 0 && watch.await(pause)) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            pause = left.compareTo(QUIET) < 0 ? left : QUIET;
        }
    }

    private boolean staysVacant() {
        long deadline = System.nanoTime() + LONGEST_VACANCY.toNanos();
        Duration left = LONGEST_VACANCY;
        while (!closed && left.compareTo(Duration.ZERO) > 0) {
            watch.mark();
            if (!file.isVacant()) {
                return false;
            }
            watch.await(left);
            left = Duration.ofNanos(deadline - System.nanoTime());
        }
        return file.isVacant();
    }

    private void tell(ReadResult reading) {
        try {
            if (reading instanceof ReadResult.Failed failed) {
                observer.failed(failed.problem());
            } else {
                observer.changed(((ReadResult.Parsed) reading).tree());
            }
        } catch (RuntimeException | Error e) {
            LOG.error("{}: the change was not taken over; the file is watched on", file.name(), e);
        }
    }

    /** Ends the thread. Returns when it told the observer for the last time; the observer itself may call this. */
    @Override
    public void close() {
        closed = true;
        watch.close();
        if (Thread.currentThread() != thread) {
            awaitEnd();
        }
    }

    private void awaitEnd() {
        boolean interrupted = false;
        while (thread.isAlive()) {
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
