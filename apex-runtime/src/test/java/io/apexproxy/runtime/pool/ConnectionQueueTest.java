package io.apexproxy.runtime.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.stats.ConnectionLimit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the queue with places whose searches run when the test says so. One backend, which is full at first. */
class ConnectionQueueTest {

    private static final int SEEDS = 2_000;
    private static final int STEPS = 200;

    private final ConnectionQueue queue = new ConnectionQueue(1);
    private final ConnectionLimit backend = new ConnectionLimit(2);
    private final Map<String, Waiting> places = new LinkedHashMap<>();
    private final List<String> served = new ArrayList<>();

    ConnectionQueueTest() {
        queue.limit().change(100);
        backend.claim();
        backend.claim();
    }

    /** A connection in the queue. Its loop runs the search in a later turn. */
    private final class Waiting extends ConnectionQueue.Place {

        private final String name;
        private boolean isCalled;
        private boolean isExcluding;

        Waiting(String name) {
            this.name = name;
        }

        @Override
        protected void call() {
            assertThat(isCalled).as("%s has been called already", name).isFalse();
            isCalled = true;
        }

        void search() {
            assertThat(isCalled).as("%s has been called", name).isTrue();
            isCalled = false;
            if (!isExcluding && backend.claim()) {
                served.add(name);
                places.remove(name);
                queue.taken(this);
            } else {
                queue.full(this);
            }
        }

        void leave() {
            isCalled = false;
            places.remove(name);
            queue.left(this);
        }
    }

    private void arrive(String name) {
        if (queue.isEmpty() && backend.claim()) {
            served.add(name);
        } else {
            enter(new Waiting(name));
        }
    }

    private void enter(Waiting place) {
        places.put(place.name, place);
        assertThat(queue.enter(place, place.isExcluding)).isTrue();
    }

    private void release() {
        backend.release();
        queue.released();
    }

    private void run(String step) {
        String name = step.substring(0, 1);
        switch (step.substring(1)) {
            case "+" -> arrive(name);
            case "!" -> places.get(name).search();
            case "-" -> places.get(name).leave();
            case "*" -> { // has failed to connect to the backend, and waits for others
                Waiting place = new Waiting(name);
                place.isExcluding = true;
                enter(place);
            }
            case "^" -> release();
            case "#" -> queue.changed();
            default -> throw new IllegalArgumentException(step);
        }
    }

    private String called() {
        return String.join("", places.values().stream().filter(place -> place.isCalled).map(place -> place.name)
                .toList());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            # steps                          | served | called
            a+                               | none   | a
            a+ a!                            | none   | none
            a+ a! b+                         | none   | none
            a+ ^^ a!                         | a      | none
            a+ a! ^^ b+ a!                   | a      | none
            a+ a! b+ ^^                      | none   | a
            a+ a! b+ ^^ a!                   | a      | none
            a+ a! b+ ^^ ^^                   | none   | ab
            a+ a! b+ ^^ ^^ b! a!             | ba     | none
            a+ b+ c+ ^^ ^^ a!                | a      | bc
            a+ b+ c+ ^^ ^^ a! b! c!          | ab     | c
            a+ b+ c+ ^^ ^^ a! b! c! c!       | ab     | none
            a+ a! b+ ^^ a-                   | none   | b
            a+ a! b+ b- ^^                   | none   | a
            a+ a! b+ c+ ^^ b- a!             | a      | none
            a+ a! b+ c+ ^^ b- a! ^^ c!       | ac     | none
            a+ a! ^^ a! b+ ^^                | a      | b
            a+ a! ^^ ^^ b+                   | none   | ab
            a+ a! ^^ ^^ b+ b! a!             | ba     | none
            a+ a! b+ c+ ##                   | none   | a
            a+ a! b+ c+ ## a!                | none   | none
            a+ a! b+ c+ ## a-                | none   | b
            a* a! b+                         | none   | b
            a* a! b+ b! ^^                   | none   | a
            a* a! b+ b! ^^ a!                | none   | b
            a* a! b+ b! ^^ a! b!             | b      | none
            a* a! b+ b! c+ ^^ a! ^^          | none   | ab
            a* a! b* b! ^^ a! b!             | none   | none
            a* a! b* b! ^^ a! b! c+ c!       | c      | a
            a* a! b+ b! ^^ ^^ a! b!          | b      | none
            """)
    void callsFollowReleases(String steps, String expected, String called) {
        for (String step : steps.split(" ")) {
            run(step);
        }

        assertThat(String.join("", served)).isEqualTo(expected == null ? "" : expected);
        assertThat(called()).isEqualTo(called == null ? "" : called);
        assertThat(queue.limit().active()).isEqualTo(places.size());
    }

    @Test
    void fullQueueRefusesArrivalsButNotReturns() {
        queue.limit().change(1);
        Waiting first = new Waiting("a");
        enter(first);
        first.search();

        assertThat(queue.enter(new Waiting("b"), false)).isFalse();
        assertThat(queue.limit().wasReached()).isTrue();

        release();
        first.search();
        enter(new Waiting("c"));
        enter(first);
        assertThat(queue.limit().active()).isEqualTo(2);
    }

    @Test
    void placeReturnsInFrontOfLaterArrivals() {
        for (String name : List.of("a", "b", "c")) {
            arrive(name);
        }
        Waiting first = places.get("a");
        Waiting second = places.get("b");
        release();
        release();
        first.search();
        second.search();
        places.get("c").search(); // called again, because releases and searches were concurrent
        places.get("c").search();
        second.isExcluding = true;
        enter(second);
        first.isExcluding = true;
        enter(first);
        first.isExcluding = false;
        second.isExcluding = false;
        served.clear();

        for (int i = 0; i < 3; i++) {
            release();
            List.copyOf(places.values()).stream().filter(place -> place.isCalled).forEach(Waiting::search);
        }

        assertThat(served).containsExactly("a", "b", "c");
    }

    /** Runs random steps, and checks that no free backend is left over and that calls in order are served in order. */
    @Test
    void noFreeConnectionIsLeftWhileAConnectionWaits() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var test = new ConnectionQueueTest();
            test.runRandomly(new SplittableRandom(seed), seed % 2 == 0);
        }
    }

    private void runRandomly(SplittableRandom random, boolean atOnce) {
        int next = 0;
        for (int step = 0; step < STEPS; step++) {
            List<Waiting> all = List.copyOf(places.values());
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> arrive(String.valueOf(++next));
                case 3, 4 -> {
                    if (backend.active() > 0) {
                        release();
                    }
                }
                case 5 -> {
                    if (!all.isEmpty()) {
                        all.get(random.nextInt(all.size())).leave();
                    }
                }
                case 6 -> {
                    backend.change(1 + random.nextInt(4));
                    queue.changed();
                }
                default -> all.stream().filter(place -> place.isCalled).findAny().ifPresent(Waiting::search);
            }
            if (atOnce) {
                runCalls(random);
            }
        }
        runCalls(random);
        assertThat(places.isEmpty() || backend.isReached()).as("%s wait, %s of %s", places.size(), backend.active(),
                backend.max()).isTrue();
        if (atOnce) {
            assertThat(served.stream().map(Integer::valueOf).toList()).isSorted();
        }
    }

    private void runCalls(SplittableRandom random) {
        List<Waiting> called;
        do {
            called = places.values().stream().filter(place -> place.isCalled).toList();
            if (!called.isEmpty()) {
                called.get(random.nextInt(called.size())).search();
            }
        } while (!called.isEmpty());
    }
}
