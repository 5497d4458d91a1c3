package io.apexproxy.runtime.relay.loop;

/** An element of a {@link DeadlineHeap}. It stores its heap index itself, so that the heap needs no map. */
public abstract class TimedEntry {

    /** When the entry is due, in running time. */
    long due;
    /** The index in the heap; -1 if the entry is in no heap. */
    int position = -1;

    /** Creates an entry that is in no heap. */
    protected TimedEntry() {
    }

    /**
     * Handles expired timeouts. Called on the loop's thread.
     *
     * @param now the running time of the loop, in nanoseconds
     * @return when the entry is due next, in running time; ignored if the entry has been removed from the heap
     */
    protected abstract long expire(long now);
}
