package io.apexproxy.runtime.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private final Set<Integer> members = ConcurrentHashMap.newKeySet();
    private final Rounds<Integer> rounds = new Rounds<>(members);

    @Test
    void everyMemberIsVisitedOnceBeforeAnyIsVisitedAgain() {
        IntStream.range(0, 25).forEach(members::add);

        assertThat(visit(10)).hasSize(10);
        List<Integer> rest = new ArrayList<>(visit(10));
        rest.addAll(visit(10));

        assertThat(rest).hasSize(15).doesNotHaveDuplicates();
        assertThat(visit(25)).containsExactlyInAnyOrderElementsOf(members);
    }

    @Test
    void whoComesLaterIsVisitedAndWhoHasLeftIsNot() {
        assertThat(visit(10)).isEmpty();

        members.addAll(List.of(1, 2, 3));
        assertThat(visit(10)).containsExactlyInAnyOrder(1, 2, 3);

        members.removeAll(List.of(1, 2));
        assertThat(visit(10)).containsExactly(3);
    }

    private List<Integer> visit(int most) {
        List<Integer> visited = new ArrayList<>();
        rounds.visit(most, visited::add);
        return visited;
    }
}
