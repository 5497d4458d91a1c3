package io.apexproxy.runtime.rates;

import io.apexproxy.runtime.snapshot.RatesView.Rates;

/** Counters of a component at one moment, with the meaning of {@link Rates}. */
record Counts(long connections, long received, long sent, long failed) {

    static final Counts ZERO = new Counts(0, 0, 0, 0);

    Counts plus(Counts other) {
        return new Counts(connections + other.connections, received + other.received, sent + other.sent,
                failed + other.failed);
    }

    /** Returns the increase since earlier counts. A counter that was replaced by a lower one has an increase of 0. */
    Counts since(Counts earlier) {
        return new Counts(Math.max(0, connections - earlier.connections), Math.max(0, received - earlier.received),
                Math.max(0, sent - earlier.sent), Math.max(0, failed - earlier.failed));
    }

    Rates per(double seconds) {
        return equals(ZERO) ? Rates.NONE
                : new Rates(connections / seconds, received / seconds, sent / seconds, failed / seconds);
    }
}
