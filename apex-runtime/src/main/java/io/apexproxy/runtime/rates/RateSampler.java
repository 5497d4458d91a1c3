package io.apexproxy.runtime.rates;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Traffic;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.record.CauseCounters;
import io.apexproxy.runtime.snapshot.RateHistory;
import io.apexproxy.runtime.snapshot.RatesView;
import io.apexproxy.runtime.snapshot.RatesView.Component;
import io.apexproxy.runtime.snapshot.RatesView.Rates;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the counters of listeners, pools and backends periodically and on request, and derives their rates.
 *
 * <p>{@link #run} is called every {@link #PERIOD_MILLIS} on the control thread, {@link #rates} by any thread. Both read
 * counters that exist anyway, so that the event loops do no additional work.
 */
public final class RateSampler implements Runnable {

    /** Period of {@link #run}, in milliseconds. */
    public static final long PERIOD_MILLIS = TimeUnit.SECONDS.toMillis(RateHistory.INTERVAL_SECONDS);
    /** Bounds the memory and the size of the status: a history takes 1 KiB of heap, and 2 KiB as JSON. */
    static final int MAX_HISTORIES = 256;

    private static final Logger LOG = LoggerFactory.getLogger("apex");

    private final Supplier<Collection<Listener>> listeners;
    private final Supplier<List<Pool>> pools;
    private final BooleanSupplier isWanted;
    @GuardedBy("this")
    private final RateTracks<Listener> listenerTracks = new RateTracks<>(MAX_HISTORIES);
    @GuardedBy("this")
    private final RateTracks<Pool> poolTracks = new RateTracks<>(MAX_HISTORIES);
    @GuardedBy("this")
    private final RateTracks<BackendState> backendTracks = new RateTracks<>(0);
    /** Single counters of listeners. */
    @GuardedBy("this")
    private final RateTracks<Object> counterTracks = new RateTracks<>(0);
    @GuardedBy("this")
    private final RateTracks<RateSampler> processTracks = new RateTracks<>(1);
    /** The time of the last reading; empty: none yet. */
    @GuardedBy("this")
    private OptionalLong lastNanos = OptionalLong.empty();

    /**
     * Creates a sampler without samples.
     *
     * @param listeners returns the current listeners
     * @param pools returns the current pools, and removed ones that still have connections
     * @param isWanted returns whether the rates can be read; otherwise {@link #run} frees the memory
     */
    public RateSampler(Supplier<Collection<Listener>> listeners, Supplier<List<Pool>> pools,
            BooleanSupplier isWanted) {
        this.listeners = listeners;
        this.pools = pools;
        this.isWanted = isWanted;
    }

    @Override
    public void run() {
        try {
            if (isWanted.getAsBoolean()) {
                sample(System.nanoTime());
            } else {
                clear();
            }
        } catch (RuntimeException e) { // an exception would end the periodic calls
            LOG.error("rates: the periodic sample failed because of a defect in Apex", e);
        }
    }

    private synchronized void clear() {
        tracks().forEach(RateTracks::clear);
        lastNanos = OptionalLong.empty();
    }

    @GuardedBy("this")
    private Stream<RateTracks<?>> tracks() {
        return Stream.of(listenerTracks, poolTracks, backendTracks, counterTracks, processTracks);
    }

    /** Takes a sample of all components. The first reading begins their tracks. */
    synchronized void sample(long nanos) {
        boolean isFirst = lastNanos.isEmpty();
        read(nanos);
        if (!isFirst) {
            tracks().forEach(tracks -> tracks.sample(nanos));
        }
    }

    /**
     * Returns the current rates. The time grows with the number of backends.
     *
     * @return the rates since the second last sample or, if that is old enough, the last one
     */
    public RatesView rates() {
        return rates(System.nanoTime());
    }

    synchronized RatesView rates(long nanos) {
        read(nanos);
        Map<String, Component> byListener = new HashMap<>();
        listeners.get().forEach(each -> byListener.put(each.name(), listenerTracks.component(each, nanos)));
        Map<String, Component> byPool = new HashMap<>();
        Map<String, Map<String, Rates>> byBackend = new HashMap<>();
        for (Pool pool : pools.get()) {
            if (byPool.putIfAbsent(pool.name(), poolTracks.component(pool, nanos)) == null) { // not a removed one
                byBackend.put(pool.name(), backendRates(pool, nanos));
            }
        }
        return new RatesView(processTracks.component(this, nanos), Map.copyOf(byListener), Map.copyOf(byPool),
                Map.copyOf(byBackend));
    }

    @GuardedBy("this")
    private Map<String, Rates> backendRates(Pool pool, long nanos) {
        Map<String, Rates> rates = new HashMap<>();
        for (BackendState backend : pool.backends()) {
            Rates current = backendTracks.rates(backend, nanos);
            if (!current.equals(Rates.NONE)) {
                rates.put(backend.name(), current);
            }
        }
        return Map.copyOf(rates);
    }

    /** Adds the increases since the last reading to the counts of all components. */
    @GuardedBy("this")
    private void read(long nanos) {
        Reading reading = new Reading(nanos, lastNanos);
        Counts total = Counts.ZERO;
        Map<String, Long> failedByPool = new HashMap<>();
        for (Listener listener : listeners.get()) {
            long failed = 0;
            for (Map.Entry<String, CauseCounters> ended : listener.ended().entrySet()) {
                long increase = reading.increase(counterTracks, ended.getValue(),
                        new Counts(0, 0, 0, failures(ended.getValue()))).failed();
                failedByPool.merge(ended.getKey(), increase, Long::sum);
                failed += increase;
            }
            Counts increase = reading.increase(counterTracks, listener.connections(),
                    new Counts(listener.connections().sum(), 0, 0, 0)).plus(new Counts(0, 0, 0, failed));
            reading.add(listenerTracks, listener, increase);
            total = total.plus(increase);
        }
        for (Pool pool : pools.get()) {
            Counts increase = Counts.ZERO;
            for (BackendState backend : (Iterable<BackendState>) backends(pool)::iterator) {
                increase = increase.plus(reading.increase(backendTracks, backend, counts(backend.traffic())));
            }
            Long failed = failedByPool.remove(pool.name());
            reading.add(poolTracks, pool, new Counts(increase.connections(), increase.received(), increase.sent(),
                    failed == null ? 0 : failed));
            total = total.plus(new Counts(0, increase.received(), increase.sent(), 0));
        }
        reading.add(processTracks, this, total);
        lastNanos = OptionalLong.of(nanos);
    }

    private static Stream<BackendState> backends(Pool pool) {
        return Stream.concat(pool.backends().stream(), pool.removed().stream());
    }

    private static Counts counts(Traffic traffic) {
        return new Counts(traffic.connections().sum(), traffic.toBackend().sum(), traffic.toClient().sum(),
                traffic.connectErrors().sum());
    }

    private static long failures(CauseCounters causes) {
        return causes.sums().entrySet().stream().filter(each -> each.getKey().isFailure())
                .mapToLong(Map.Entry::getValue).sum();
    }

    /**
     * One reading of all counters. A component that is new began at 0 after the reading before. In the first reading,
     * all components are old, and have no increase.
     */
    private record Reading(long nanos, OptionalLong before) {

        <K> Counts increase(RateTracks<K> tracks, K component, Counts now) {
            return tracks.track(component, before.orElse(nanos), before.isPresent() ? Counts.ZERO : now).set(now);
        }

        <K> void add(RateTracks<K> tracks, K component, Counts increase) {
            tracks.track(component, before.orElse(nanos), Counts.ZERO).add(increase);
        }
    }
}
