package io.apexproxy.runtime.relay.record;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * A bounded queue with a single producer thread and a single consumer thread. Neither thread blocks: the queue refuses
 * an element for which it has no room.
 *
 * <p>A slot that contains {@code null} is free. The producer and the consumer each have their own index and meet only
 * in the slots.
 *
 * @param <T> the elements
 */
final class SpscQueue<T> {

    private final AtomicReferenceArray<T> slots;
    /** Written by the producer only. */
    private int next;
    /** Written by the consumer only. */
    private int oldest;

    /**
     * Creates an empty queue.
     *
     * @param capacity how many elements fit, at least 1
     */
    SpscQueue(int capacity) {
        slots = new AtomicReferenceArray<>(capacity);
    }

    /**
     * Adds an element, unless the queue is full. Called by the producer only.
     *
     * <p>Adding is a volatile write. This lets a consumer sleep: it sets a volatile flag and then checks
     * {@link #isEmpty}, while the producer adds an element and then reads the flag. At least one of the two sees what
     * the other wrote. A release write would allow both to miss it.
     *
     * @param element not null
     * @return whether there was room
     */
    boolean offer(T element) {
        if (slots.getAcquire(next) != null) {
            return false;
        }
        slots.set(next, element);
        next = after(next);
        return true;
    }

    /** Returns whether there is nothing to take out; a volatile read. Called by the consumer only. */
    boolean isEmpty() {
        return slots.get(oldest) == null;
    }

    /**
     * Takes out the elements, the oldest first, but at most as many as the capacity, so that a fast producer cannot
     * keep the consumer here. Called by the consumer only.
     *
     * @param action called for each element; if it throws, the elements after this one stay in the queue
     * @return how many elements were taken out
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
