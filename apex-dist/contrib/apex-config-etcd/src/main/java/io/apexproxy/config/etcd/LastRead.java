package io.apexproxy.config.etcd;

import io.apexproxy.api.ConfigException;
import java.util.Optional;

/**
 * The last reading that the runtime got, by loading or by being told, and what is new in comparison.
 *
 * <p>Threads that load and the thread that follows meet here. The lock is held while etcd is read, so that a reading
 * never replaces a later one; it is not held while an observer is told, as an observer may wait for a thread that
 * loads.
 */
final class LastRead {

    private final Documents documents;
    private Optional<ReadResult> last = Optional.empty();

    LastRead(Documents documents) {
        this.documents = documents;
    }

    /** Reads etcd. */
    @FunctionalInterface
    interface Reader {

        Snapshot read() throws UnavailableException;
    }

    /**
     * What was read, and what it means.
     *
     * @param isNews whether the values are not the same as before
     */
    record Step(Snapshot snapshot, ReadResult reading, boolean isNews) {
    }

    /** Whether nothing was read so far. */
    synchronized boolean isEmpty() {
        return last.isEmpty();
    }

    /** Reads for someone who asked. */
    synchronized Step load(Reader reader) throws UnavailableException {
        Snapshot snapshot = reader.read();
        ReadResult reading = documents.read(snapshot);
        last = Optional.of(reading);
        return new Step(snapshot, reading, true);
    }

    /** Reads to follow from there; what is read now is later than all before, whatever its revision. */
    synchronized Step resync(Reader reader) throws UnavailableException {
        Snapshot snapshot = reader.read();
        ReadResult reading = documents.read(snapshot);
        return new Step(snapshot, reading, news(reading).isPresent());
    }

    /** Takes what has become of a snapshot, unless someone loaded what is newer. */
    synchronized Optional<ReadResult> advance(Snapshot snapshot) {
        boolean outdated = last.isPresent() && last.get().revision() > snapshot.revision();
        return outdated ? Optional.empty() : news(documents.read(snapshot));
    }

    /** Takes it that etcd refuses to be read. */
    synchronized Optional<ReadResult> refused(ConfigException refusal) {
        return news(ReadResult.of(last.map(ReadResult::revision).orElse(0L), refusal));
    }

    /**
     * Records what the observer was told. If someone loaded in the meantime, it is unknown which of the two was applied
     * last; the reading that was told then counts, so that the next comparison finds what is newer and tells it.
     */
    synchronized void told(ReadResult told) {
        last = Optional.of(told);
    }

    private Optional<ReadResult> news(ReadResult reading) {
        boolean known = last.filter(reading::isAsGoodAs).isPresent();
        last = Optional.of(reading);
        return known ? Optional.empty() : last;
    }
}
