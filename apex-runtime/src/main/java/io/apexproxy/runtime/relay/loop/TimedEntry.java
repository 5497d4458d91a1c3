package io.apexproxy.runtime.relay.loop;

/** An element of a {@link DeadlineHeap}. It keeps its own place there, so that the heap allocates nothing for it. */
public abstract class TimedEntry {

    /** Running time of the loop, in nanoseconds. */
    long due;
    /** Index in the heap; -1 if it is in none. */
    int position = -1;

    /** Creates an entry that is in no heap. */
    protected TimedEntry() {
    }

    /**
     * Acts on what is due. On the loop's thread.
     *
     * @param now running time of the loop, in nanoseconds
     * @return when to call it next; ignored if it has removed itself
     */
    protected abstract long expire(long now);
}
