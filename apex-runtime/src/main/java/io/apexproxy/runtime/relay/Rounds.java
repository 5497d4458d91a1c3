package io.apexproxy.runtime.relay;

import java.util.Collections;
import java.util.Iterator;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Looks through a set that changes meanwhile, some at a time, and begins anew when it has seen all.
 *
 * <p>One thread at a time; the set must be one whose iterators bear changes, and may then miss who came during a round
 * until the next.
 */
final class Rounds<T> {

    private final Set<T> members;
    private Iterator<T> round = Collections.emptyIterator();

    Rounds(Set<T> members) {
        this.members = members;
    }

    /** Goes on where it stopped the last time; does not look at anybody twice. */
    void visit(int most, Consumer<? super T> visitor) {
        if (!round.hasNext()) {
            round = members.iterator();
        }
        for (int left = most; left > 0 && round.hasNext(); left--) {
            visitor.accept(round.next());
        }
    }
}
