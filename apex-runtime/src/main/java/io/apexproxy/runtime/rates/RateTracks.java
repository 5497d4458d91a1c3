package io.apexproxy.runtime.rates;

import io.apexproxy.runtime.snapshot.RateHistory;
import io.apexproxy.runtime.snapshot.RatesView.Component;
import io.apexproxy.runtime.snapshot.RatesView.Rates;
import java.util.IdentityHashMap;

/**
 * The tracks of all components of one kind. A component that was not read between two samples is forgotten.
 *
 * <p>Pure: the caller passes the time. Not thread-safe.
 */
final class RateTracks<K> {

    private final int maxHistories;
    private final IdentityHashMap<K, Entry> entries = new IdentityHashMap<>();
    private long generation;
    private int histories;

    /**
     * Creates tracks without components.
     *
     * @param maxHistories the number of components whose history is kept, which bounds the memory
     */
    RateTracks(int maxHistories) {
        this.maxHistories = maxHistories;
    }

    /**
     * Returns the track of a component.
     *
     * @param startNanos the begin of a new track
     * @param start the counts with which a new track begins
     */
    RateTrack track(K component, long startNanos, Counts start) {
        Entry entry = entries.get(component);
        if (entry == null) {
            boolean hasHistory = histories < maxHistories;
            histories += hasHistory ? 1 : 0;
            entry = new Entry(new RateTrack(startNanos, start), hasHistory);
            entries.put(component, entry);
        }
        entry.generation = generation;
        return entry.track;
    }

    /** Takes a sample of each component. Forgets those that were not read since the last one. */
    void sample(long nanos) {
        entries.values().removeIf(entry -> {
            boolean isGone = entry.generation != generation;
            histories -= isGone && entry.hasHistory ? 1 : 0;
            return isGone;
        });
        entries.values().forEach(entry -> entry.sample(nanos));
        generation++;
    }

    Component component(K component, long nanos) {
        Entry entry = entries.get(component);
        return entry == null ? Component.NONE : new Component(entry.track.rates(nanos), entry.history);
    }

    Rates rates(K component, long nanos) {
        Entry entry = entries.get(component);
        return entry == null ? Rates.NONE : entry.track.rates(nanos);
    }

    void clear() {
        entries.clear();
        histories = 0;
    }

    private static final class Entry {
        private final RateTrack track;
        private final boolean hasHistory;
        private RateHistory history = RateHistory.EMPTY;
        private long generation;

        Entry(RateTrack track, boolean hasHistory) {
            this.track = track;
            this.hasHistory = hasHistory;
        }

        void sample(long nanos) {
            Rates rates = track.sample(nanos);
            if (hasHistory) {
                history = history.plus(rates);
            }
        }
    }
}
