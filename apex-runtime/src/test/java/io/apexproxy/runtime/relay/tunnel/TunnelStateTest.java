package io.apexproxy.runtime.relay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.relay.record.Cause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Tests of a tunnel's transitions: each pair of state and event with a table, long sequences with a model. */
class TunnelStateTest {

    private static final int SEQUENCES = 200_000;
    private static final int MAX_EVENTS = 12;

    /** The table is in a text file, so that a change of the state machine is visible in its diff. */
    @Test
    void transitionOfEachStateAndEventIsInTheTable() throws IOException {
        String expected;
        try (var table = TunnelStateTest.class.getResourceAsStream("tunnel-states.txt")) {
            expected = new String(table.readAllBytes(), StandardCharsets.UTF_8);
        }

        assertThat(String.join("\n", rows())).isEqualTo(expected.strip());
    }

    /** Returns one row per state, event and result, with the reset modes that have this result. */
    private static List<String> rows() {
        List<String> rows = new ArrayList<>();
        for (TunnelState state : reachable()) {
            rows.add(state.toString());
            for (TunnelEvent event : TunnelEvent.values()) {
                Map<TunnelState.Step, List<String>> steps = new LinkedHashMap<>();
                for (ResetMode path : ResetMode.values()) {
                    steps.computeIfAbsent(state.handle(event, path), step -> new ArrayList<>()).add(path.name());
                }
                steps.forEach((step, paths) -> rows.add("  " + event
                        + (steps.size() == 1 ? "" : paths.stream().collect(Collectors.joining(" ", "[", "]")))
                        + " -> " + (step.next() == state ? "same" : step.next()) + " " + step.actions()));
            }
        }
        return rows;
    }

    private static Set<TunnelState> reachable() {
        Set<TunnelState> seen = new LinkedHashSet<>(List.of(TunnelState.RELAYING));
        Queue<TunnelState> queue = new ArrayDeque<>(seen);
        while (!queue.isEmpty()) {
            TunnelState state = queue.remove();
            for (TunnelEvent event : TunnelEvent.values()) {
                for (ResetMode path : ResetMode.values()) {
                    TunnelState next = state.handle(event, path).next();
                    if (TunnelModel.isPossible(state, event) && seen.add(next)) {
                        queue.add(next);
                    }
                }
            }
        }
        seen.removeIf(state -> state.phase() == TunnelState.Phase.ENDED);
        return seen;
    }

    @Test
    void randomSequencesOfEventsAgreeWithTheModel() {
        Random random = new Random(1);
        for (int sequence = 0; sequence < SEQUENCES; sequence++) {
            TunnelModel model = new TunnelModel();
            TunnelState state = TunnelState.RELAYING;
            List<String> trace = new ArrayList<>();
            for (int length = 0; length < MAX_EVENTS && !model.hasEnded(); length++) {
                TunnelEvent event = anyOf(TunnelEvent.values(), random);
                ResetMode path = anyOf(ResetMode.values(), random);
                if (!TunnelModel.isPossible(state, event)) {
                    continue;
                }
                trace.add(event + " " + path);
                TunnelState.Step step = state.handle(event, path);
                List<TunnelAction> expected = model.handle(event, path);
                state = step.next();

                assertThat(step.actions()).as("%s", trace).isEqualTo(expected);
                assertThat(state.phase() == TunnelState.Phase.ENDED).as("%s", trace).isEqualTo(model.hasEnded());
                assertThat(state.cause()).as("%s", trace).isEqualTo(model.cause());
            }
        }
    }

    private static <T> T anyOf(T[] values, Random random) {
        return values[random.nextInt(values.length)];
    }

    @Test
    void endedTunnelIgnoresAllEvents() {
        for (Cause cause : List.of(Cause.DRAINED, Cause.SHUTDOWN, Cause.BACKEND_DOWN, Cause.MAINTENANCE,
                Cause.CLOSED_BY_OPERATOR, Cause.BACKEND_REMOVED, Cause.MAX_CONNECTION_AGE, Cause.REBALANCED)) {
            TunnelState ended = TunnelState.RELAYING.handle(TunnelEvent.ending(cause), ResetMode.NONE).next();
            for (TunnelEvent event : TunnelEvent.values()) {
                assertThat(ended.handle(event, ResetMode.ACKNOWLEDGED))
                        .isEqualTo(new TunnelState.Step(ended, List.of()));
            }
            assertThat(ended.cause()).isEqualTo(cause);
        }
    }
}
