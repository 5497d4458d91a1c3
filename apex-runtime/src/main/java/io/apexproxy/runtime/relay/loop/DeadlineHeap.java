package io.apexproxy.runtime.relay.loop;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A binary heap of entries, ordered by due time. Each entry stores its index, so that removals and moves take
 * logarithmic time. One thread.
 */
final class DeadlineHeap {

    private static final int INITIAL_CAPACITY = 64;

    private TimedEntry[] entries = new TimedEntry[INITIAL_CAPACITY];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** Returns the entry that is due first. The heap must not be empty. */
    TimedEntry first() {
        return entries[0];
    }

    /** Adds an entry that is in no heap yet. */
    void add(TimedEntry entry, long due) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, size * 2);
        }
        entry.due = due;
        siftUp(size++, entry);
    }

    /** Removes an entry. Does nothing if the entry is in no heap. */
    void remove(TimedEntry entry) {
        int hole = entry.position;
        if (hole < 0) {
            return;
        }
        entry.position = -1;
        TimedEntry last = entries[--size];
        entries[size] = null;
        if (last != entry) {
            place(hole, last);
        }
        shrink();
    }

    /** Changes the due time of an entry of this heap. */
    void move(TimedEntry entry, long due) {
        entry.due = due;
        place(entry.position, entry);
    }

    /** Passes all current entries to the consumer, in no particular order. The consumer can add and remove entries. */
    void forEach(Consumer<TimedEntry> consumer) {
        for (TimedEntry entry : Arrays.copyOf(entries, size)) {
            consumer.accept(entry);
        }
    }

    private void place(int index, TimedEntry entry) {
        if (index > 0 && entry.due < entries[(index - 1) / 2].due) {
            siftUp(index, entry);
        } else {
            siftDown(index, entry);
        }
    }

    private void siftUp(int start, TimedEntry entry) {
        int index = start;
        while (index > 0) {
            int parent = (index - 1) / 2;
            if (entries[parent].due <= entry.due) {
                break;
            }
            set(index, entries[parent]);
            index = parent;
        }
        set(index, entry);
    }

    private void siftDown(int start, TimedEntry entry) {
        int index = start;
        for (int child = 2 * index + 1; child < size; child = 2 * index + 1) {
            if (child + 1 < size && entries[child + 1].due < entries[child].due) {
                child++;
            }
            if (entry.due <= entries[child].due) {
                break;
            }
            set(index, entries[child]);
            index = child;
        }
        set(index, entry);
    }

    private void set(int index, TimedEntry entry) {
        entries[index] = entry;
        entry.position = index;
    }

    /** Releases memory after a peak. */
    private void shrink() {
        if (entries.length > INITIAL_CAPACITY && size < entries.length / 4) {
            entries = Arrays.copyOf(entries, entries.length / 2);
        }
    }
}
