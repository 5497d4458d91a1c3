package io.apexproxy.runtime;

import io.apexproxy.runtime.drain.DrainDeadlines;
import io.apexproxy.runtime.drain.DrainProgress;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.Durations;
import io.apexproxy.runtime.relay.DrainScan;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.supervisor.Notifier;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orderly end of a proxy: the delay in which listeners still accept, and the wait for open connections and for
 * those that wait at a limit. Logs its progress.
 */
final class Drain {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** The period of passes over all sessions. A pass takes much less than 1 % of the time of a loop. */
    private static final Duration SCAN_PERIOD = Duration.ofSeconds(1);
    private static final long POLL_MILLIS = 20;

    private final LiveConfig live;
    private final Deployment deployment;
    private final Relay relay;
    private final BooleanSupplier cancelled;
    private final Notifier notifier;
    private final DrainProgress progress;
    private long lastLine;

    /**
     * Creates a drain; {@link #run} performs it.
     *
     * @param cancelled returns whether another thread closes the connections
     * @param notifier notifies the supervisor
     */
    Drain(LiveConfig live, Deployment deployment, Relay relay, BooleanSupplier cancelled, Notifier notifier) {
        this.live = live;
        this.deployment = deployment;
        this.relay = relay;
        this.cancelled = cancelled;
        this.notifier = notifier;
        this.progress = new DrainProgress(this::connections, System::nanoTime);
    }

    /** Returns the number of connections that are left, when they end, and the oldest ones. Any thread. */
    String progress() {
        return progress.text();
    }

    /**
     * Stops to be ready, accepts until the end of a delay, stops listening, and waits for connections until the drain
     * timeouts of their listeners. Ends those that are left. Returns at once when the drain is cancelled.
     *
     * @param delay the time in which listeners still accept; none if they are closed, because another process accepts
     * @return whether all connections have ended before the timeouts
     */
    boolean run(Duration delay) throws InterruptedException {
        live.rejectChanges();
        notifier.stopping("Draining: " + progress.text());
        awaitDelay(delay);
        if (cancelled.getAsBoolean()) {
            return false;
        }
        live.stop();
        int ended = awaitConnections(live.config().drainTimeout());
        if (cancelled.getAsBoolean()) {
            return false;
        }
        int left = connections();
        LOG.info(left == 0 ? "Drained" : "Drain timeout: closing {}", DrainProgress.connections(left));
        deployment.closeWaitingConnections();
        relay.abortSessions(Cause.DRAINED);
        return left + ended == 0;
    }

    private void awaitDelay(Duration delay) throws InterruptedException {
        if (delay.isZero() || deployment.isStopped()) {
            return;
        }
        long end = System.nanoTime() + delay.toNanos();
        progress.acceptUntil(end);
        lastLine = System.nanoTime();
        LOG.info("Draining: accepts for another {} (drain_delay), so that load balancers in front see that it is not"
                + " ready; {} open", Durations.text(delay), DrainProgress.connections(connections()));
        while (System.nanoTime() - end < 0 && !cancelled.getAsBoolean() && !deployment.isStopped()) {
            logProgress();
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Returns the number of sessions that were ended at the deadlines of their listeners. */
    private int awaitConnections(Duration ofProcess) throws InterruptedException {
        DrainScan scan = relay.live().drainScan();
        long started = System.nanoTime();
        lastLine = started;
        DrainDeadlines all = DrainDeadlines.of(timeouts(deployment.listeners().values(), ofProcess), ofProcess);
        LOG.info("Draining: {}, timeout {}", DrainProgress.connections(connections()), all);
        notifier.status("Draining: " + DrainProgress.connections(connections()) + ", timeout " + all);
        int ended = 0;
        Duration scanned = Duration.ZERO;
        scan.begin(scanned, ofProcess);
        while (connections() > 0 && !cancelled.getAsBoolean()) {
            ended += logEnded(scan.takeEnded());
            DrainDeadlines deadlines = deadlines(scan, ofProcess);
            progress.await(started, deadlines, scan.oldest());
            logProgress();
            Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
            if (elapsed.compareTo(deadlines.last()) >= 0) {
                break;
            }
            if (elapsed.compareTo(scanned.plus(SCAN_PERIOD)) >= 0 || deadlines.hasDeadline(scanned, elapsed)) {
                scan.begin(elapsed, ofProcess);
                scanned = elapsed;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return ended + logEnded(scan.takeEnded());
    }

    /** Returns the deadlines of configured listeners and, by the scan, of removed ones that have connections. */
    private DrainDeadlines deadlines(DrainScan scan, Duration ofProcess) {
        Collection<Listener> used = deployment.listeners().values().stream()
                .filter(listener -> listener.active() + listener.waiting() > 0).toList();
        Set<Duration> timeouts = timeouts(used, ofProcess);
        timeouts.addAll(scan.timeouts());
        return DrainDeadlines.of(timeouts, ofProcess);
    }

    private static Set<Duration> timeouts(Collection<Listener> listeners, Duration ofProcess) {
        return listeners.stream().map(listener -> listener.config().drainTimeout(ofProcess))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static int logEnded(Map<String, Integer> ended) {
        int sum = ended.values().stream().mapToInt(Integer::intValue).sum();
        if (sum > 0) {
            LOG.info("Drain timeout of listener {}: closing {}", CleanText.list(ended.keySet()),
                    DrainProgress.connections(sum));
        }
        return sum;
    }

    private void logProgress() {
        if (System.nanoTime() - lastLine >= PROGRESS_NANOS) {
            lastLine = System.nanoTime();
            String text = "Draining: " + progress.text();
            LOG.info("{}", text);
            notifier.status(text);
        }
    }

    private int connections() {
        return relay.active() + relay.waiting();
    }
}
