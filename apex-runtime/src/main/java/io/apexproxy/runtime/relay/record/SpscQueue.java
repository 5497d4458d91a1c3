package io.apexproxy.runtime.relay.record;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * A bounded queue for one producer thread and one consumer thread. Neither blocks: a full queue refuses an element.
 *
 * <p>A slot that contains {@code null} is free. Producer and consumer have their own indexes and share only the slots.
 *
 * @param <T> the elements
 */
final class SpscQueue<T> {

    private final AtomicReferenceArray<T> slots;
    /** Written by the producer only. */
    private int next;
    /** Written by the consumer only. */
    private int oldest;

    /** Creates an empty queue with a maximum number of elements, at least 1. */
    SpscQueue(int capacity) {
        slots = new AtomicReferenceArray<>(capacity);
    }

    /**
     * Adds an element, unless the queue is full. Called by the producer only.
     *
     * <p>Adding is a volatile write, so that a consumer can block without a lost wake-up. The consumer sets a volatile
     * flag and then checks {@link #isEmpty}; the producer adds an element and then reads the flag. At least one of them
     * sees the other's write. With a release write, both could miss it.
     *
     * @param element the element; not null
     * @return whether the element was added
     */
    boolean offer(T element) {
        if (slots.getAcquire(next) != null) {
            return false;
        }
        slots.set(next, element);
        next = after(next);
        return true;
    }

    /** Returns whether the queue is empty; a volatile read. Called by the consumer only. */
    boolean isEmpty() {
        return slots.get(oldest) == null;
    }

    /**
     * Removes the elements, oldest first. Removes at most as many as the capacity, so that a fast producer cannot delay
     * the return. Called by the consumer only.
     *
     * @param action called for each element; if it throws, the following elements stay in the queue
     * @return the number of removed elements
     */
    int drain(Consumer<? super T> action) {
        int taken = 0;
        while (taken < slots.length()) {
            T element = slots.getAcquire(oldest);
            if (element == null) {
                break;
            }
            slots.setRelease(oldest, null);
            oldest = after(oldest);
            taken++;
            action.accept(element);
        }
        return taken;
    }

    private int after(int slot) {
        return slot + 1 == slots.length() ? 0 : slot + 1;
    }
}
