package io.apexproxy.config.etcd;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.api.ConfigException;
import java.util.Optional;

/**
 * The last result that the runtime received, for comparison with the current keys.
 *
 * <p>Thread-safe. The lock is held during a read, so that an older result never replaces a newer one. It is not held
 * during a call of the observer, because an observer can wait for a thread that loads.
 */
final class LastRead {

    private final Documents documents;
    @GuardedBy("this")
    private Optional<ReadResult> last = Optional.empty();

    LastRead(Documents documents) {
        this.documents = documents;
    }

    /**
     * A read of a snapshot.
     *
     * @param <E> the type of its failure
     */
    @FunctionalInterface
    interface Reader<E extends Exception> {

        Snapshot read() throws E;
    }

    /**
     * A snapshot and its result.
     *
     * @param isChanged whether the values differ from the last result
     */
    record Read(Snapshot snapshot, ReadResult result, boolean isChanged) {
    }

    /** Returns whether there is no result yet. */
    synchronized boolean isEmpty() {
        return last.isEmpty();
    }

    /** Reads the keys at the request of the runtime. */
    synchronized <E extends Exception> Read load(Reader<E> reader) throws E {
        Snapshot snapshot = reader.read();
        ReadResult result = documents.read(snapshot);
        last = Optional.of(result);
        return new Read(snapshot, result, true);
    }

    /**
     * Reads the keys as the start of a watch. They count as newer than all earlier results, even with a lower revision.
     */
    synchronized Read resync(Reader<UnavailableException> reader) throws UnavailableException {
        Snapshot snapshot = reader.read();
        ReadResult result = documents.read(snapshot);
        return new Read(snapshot, result, replace(result).isPresent());
    }

    /** Returns the result of a snapshot from the watch, unless it is unchanged or a load returned a newer revision. */
    synchronized Optional<ReadResult> update(Snapshot snapshot) {
        boolean outdated = last.isPresent() && last.get().revision() > snapshot.revision();
        return outdated ? Optional.empty() : replace(documents.read(snapshot));
    }

    /** Returns the result of a read that etcd refused, unless it is unchanged. */
    synchronized Optional<ReadResult> fail(ConfigException refusal) {
        return replace(new ReadResult.Failed(last.map(ReadResult::revision).orElse(0L), refusal));
    }

    /**
     * Records the result that the observer has received. If a load ran in the meantime, the order in which the runtime
     * applied both results is unknown. The reported result then counts, so that the next comparison reports a newer
     * one.
     */
    synchronized void confirm(ReadResult reported) {
        last = Optional.of(reported);
    }

    @GuardedBy("this")
    private Optional<ReadResult> replace(ReadResult result) {
        boolean known = last.filter(before -> before.content().equals(result.content())).isPresent();
        last = Optional.of(result);
        return known ? Optional.empty() : last;
    }
}
