package io.apexproxy.runtime;

import io.apexproxy.runtime.log.Durations;
import io.apexproxy.runtime.relay.Relay;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The wait for open connections, and for those that wait at a limit, before a shutdown. Logs its progress. */
final class Drain {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long POLL_MILLIS = 20;

    private final Relay relay;
    private final BooleanSupplier cancelled;

    /**
     * Creates a drain; {@link #await} performs it.
     *
     * @param relay has the connections and accepts no more
     * @param cancelled returns whether another thread closes the connections
     */
    Drain(Relay relay, BooleanSupplier cancelled) {
        this.relay = relay;
        this.cancelled = cancelled;
    }

    /**
     * Blocks until no connection is left, the timeout expires or the drain is cancelled.
     *
     * @return the number of connections that are left; empty if the drain was cancelled
     */
    OptionalInt await(Duration timeout) throws InterruptedException {
        long started = System.nanoTime();
        long progress = started;
        LOG.info("Draining: {}, timeout {}", SnapshotTaker.connections(connections()), Durations.text(timeout));
        while (connections() > 0 && System.nanoTime() - started < timeout.toNanos() && !cancelled.getAsBoolean()) {
            if (System.nanoTime() - progress >= PROGRESS_NANOS) {
                progress = System.nanoTime();
                LOG.info("Draining: {} left", SnapshotTaker.connections(connections()));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        if (cancelled.getAsBoolean()) {
            return OptionalInt.empty();
        }
        int left = connections();
        LOG.info(left == 0 ? "Drained" : "Drain timeout: closing {}", SnapshotTaker.connections(left));
        return OptionalInt.of(left);
    }

    private int connections() {
        return relay.active() + relay.waiting();
    }
}
