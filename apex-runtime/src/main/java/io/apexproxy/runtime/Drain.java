package io.apexproxy.runtime;

import io.apexproxy.runtime.relay.Relay;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the connections that are open or wait at a limit, and logs the progress. */
final class Drain {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long POLL_MILLIS = 20;
    /** Decimal places from milliseconds to seconds. */
    private static final int MILLI_DIGITS = 3;

    private final Relay relay;
    private final BooleanSupplier cancelled;

    /**
     * Creates a drain; {@link #await} carries it out.
     *
     * @param relay has the connections, and accepts no more
     * @param cancelled whether the connections are closed by another thread meanwhile
     */
    Drain(Relay relay, BooleanSupplier cancelled) {
        this.relay = relay;
        this.cancelled = cancelled;
    }

    /**
     * Waits until no connection is left, or for the timeout. Blocks.
     *
     * @return how many connections are left; empty if it was cancelled
     */
    OptionalInt await(Duration timeout) throws InterruptedException {
        long started = System.nanoTime();
        long progress = started;
        LOG.info("Draining: {}, for {} s at most", SnapshotTaker.connections(connections()), seconds(timeout));
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

    /** {@code 30}, {@code 0.5}. */
    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), MILLI_DIGITS).stripTrailingZeros().toPlainString();
    }
}
