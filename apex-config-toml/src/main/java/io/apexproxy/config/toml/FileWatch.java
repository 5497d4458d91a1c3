package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.config.ConfigSource;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that waits for changes of the files, waits until they settle, and reports them to the observer. */
final class FileWatch implements AutoCloseable {

    /** A file without changes for this time is settled, because programs write a small file in one step. */
    private static final Duration QUIET_TIME = Duration.ofMillis(100);

    /** Limits the wait for a settled file, so that a change is reported within 1 s even during continuous writes. */
    private static final Duration MAX_SETTLE_TIME = Duration.ofMillis(500);

    /** The interval between warnings about a pipe that replaces the file, even if both alternate. */
    private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger("apex.config");

    private final String name;
    private final LastRead lastRead;
    private final PathWatch watch;
    private final Duration pollInterval;
    private final ConfigSource.Observer observer;
    private final Thread thread;
    private volatile boolean closed;
    /** The time of the next warning, in nanoseconds of {@link System#nanoTime}; 0 before the first. */
    private long nextWarning;

    FileWatch(String name, LastRead lastRead, PathWatch watch, Duration pollInterval,
            ConfigSource.Observer observer) {
        this.name = name;
        this.lastRead = lastRead;
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
                if (lastRead.isOutdated()) {
                    reportWhenSettled();
                } else if (lastRead.accessProblem().isPresent()) {
                    warn(lastRead.accessProblem().get());
                    awaitChange();
                } else {
                    watch.await(watch.isYoung() ? StatWatch.PERIOD : pollInterval);
                }
            } catch (RuntimeException | Error e) {
                LOG.error("{}: failed to examine a change; retrying after {} ms",
                        name, pollInterval.toMillis(), e);
                watch.await(pollInterval);
            }
        }
    }

    private void warn(ConfigProblem problem) {
        long now = System.nanoTime();
        if (nextWarning == 0 || now - nextWarning >= 0) {
            nextWarning = now + WARNING_INTERVAL.toNanos();
            LOG.warn("{}; the current configuration stays in effect", problem);
        }
    }

    /** Waits until changes settle, because there can be thousands while a pipe and the file alternate. */
    private void awaitChange() {
        if (watch.await(pollInterval)) {
            awaitSettled();
        }
    }

    private void reportWhenSettled() {
        awaitSettled();
        Duration replacementTime = lastRead.replacementTime();
        boolean isIncomplete = !replacementTime.isZero();
        if (isIncomplete && !staysIncomplete(replacementTime)) {
            return; // a program is writing a file; its changes must settle, too
        }
        Optional<ReadResult> changed = closed ? Optional.empty() : lastRead.readIfChanged(isIncomplete);
        changed.ifPresent(result -> {
            report(result);
            lastRead.confirm(result);
        });
    }

    private void awaitSettled() {
        long deadline = System.nanoTime() + MAX_SETTLE_TIME.toNanos();
        Duration pause = QUIET_TIME;
        while (pause.compareTo(Duration.ZERO) > 0 && watch.await(pause)) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            pause = left.compareTo(QUIET_TIME) < 0 ? left : QUIET_TIME;
        }
    }

    private boolean staysIncomplete(Duration replacementTime) {
        long deadline = System.nanoTime() + replacementTime.toNanos();
        Duration left = replacementTime;
        while (!closed && left.compareTo(Duration.ZERO) > 0) {
            if (lastRead.replacementTime().isZero()) {
                return false;
            }
            watch.await(left);
            left = Duration.ofNanos(deadline - System.nanoTime());
        }
        return !lastRead.replacementTime().isZero();
    }

    private void report(ReadResult result) {
        try {
            if (result instanceof ReadResult.Failed failed) {
                observer.failed(failed.problem());
            } else {
                observer.changed(((ReadResult.Parsed) result).tree());
            }
        } catch (RuntimeException | Error e) {
            LOG.error("{}: failed to apply the change; still watching", name, e);
        }
    }

    /** Ends the thread and waits for its last call of the observer, unless that call itself invokes this method. */
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
                interrupted = true; // keep waiting: no call of the observer may follow close
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
