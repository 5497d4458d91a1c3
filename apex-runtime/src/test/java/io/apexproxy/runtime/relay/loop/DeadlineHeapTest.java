package io.apexproxy.runtime.relay.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineHeapTest {

    private final DeadlineHeap heap = new DeadlineHeap();
    /** The reference: entries by due time. */
    private final TreeMap<Long, Set<TimedEntry>> expected = new TreeMap<>();
    private final List<TimedEntry> present = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void firstEntryIsDueEarliestAfterRandomChanges(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 50_000; step++) {
            // Phases of growth alternate with phases of shrinkage. Few due times, so that many are equal.
            boolean grows = step / 5_000 % 2 == 0;
            int kind = random.nextInt(10);
            long due = random.nextInt(500);
            if (present.isEmpty() || kind < (grows ? 5 : 1)) {
                add(due);
            } else if (kind < (grows ? 7 : 6)) {
                remove(random.nextInt(present.size()));
            } else {
                move(present.get(random.nextInt(present.size())), due);
            }
            assertThat(heap.size()).isEqualTo(present.size());
            assertThat(heap.isEmpty()).isEqualTo(present.isEmpty());
            if (!present.isEmpty()) {
                assertThat(heap.first().due).isEqualTo(expected.firstKey());
                assertThat(expected.firstEntry().getValue()).contains(heap.first());
            }
        }
        assertDrainsInOrder();
    }

    @Test
    void removedEntryCanBeRemovedAgainOrAdded() {
        TimedEntry entry = new Entry();
        heap.remove(entry);
        heap.add(entry, 5);
        heap.remove(entry);
        heap.remove(entry);
        assertThat(heap.isEmpty()).isTrue();
        assertThat(entry.position).isEqualTo(-1);

        heap.add(entry, 7);

        assertThat(heap.first()).isSameAs(entry);
        assertThat(entry.due).isEqualTo(7);
    }

    @Test
    void forEachPassesEachEntryOnceIfTheConsumerRemovesAndAdds() {
        IntStream.range(0, 1_000).forEach(due -> add(due % 7));
        List<TimedEntry> passed = new ArrayList<>();

        heap.forEach(entry -> {
            passed.add(entry);
            heap.remove(entry);
            heap.add(new Entry(), 1);
        });

        assertThat(passed).containsExactlyInAnyOrderElementsOf(present);
        assertThat(heap.size()).isEqualTo(1_000);
    }

    private void assertDrainsInOrder() {
        while (!expected.isEmpty()) {
            TimedEntry first = heap.first();
            assertThat(first.due).isEqualTo(expected.firstKey());
            heap.remove(first);
            assertThat(first.position).isEqualTo(-1);
            forget(first);
        }
        assertThat(heap.isEmpty()).isTrue();
    }

    private void add(long due) {
        TimedEntry entry = new Entry();
        heap.add(entry, due);
        present.add(entry);
        expected.computeIfAbsent(due, time -> new HashSet<>()).add(entry);
    }

    private void remove(int index) {
        TimedEntry entry = present.get(index);
        present.set(index, present.get(present.size() - 1));
        present.remove(present.size() - 1);
        heap.remove(entry);
        forget(entry);
    }

    private void move(TimedEntry entry, long due) {
        forget(entry);
        heap.move(entry, due);
        expected.computeIfAbsent(due, time -> new HashSet<>()).add(entry);
    }

    private void forget(TimedEntry entry) {
        Set<TimedEntry> sameDue = expected.get(entry.due);
        assertThat(sameDue.remove(entry)).isTrue();
        if (sameDue.isEmpty()) {
            expected.remove(entry.due);
        }
    }

    private static final class Entry extends TimedEntry {
        @Override
        protected long expire(long now) {
            throw new UnsupportedOperationException("the heap does not call entries");
        }
    }
}
