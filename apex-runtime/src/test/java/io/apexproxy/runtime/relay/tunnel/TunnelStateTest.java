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

/** The transitions of a tunnel: each pair of state and event against a table, and long sequences against a model. */
class TunnelStateTest {

    private static final int SEQUENCES = 200_000;
    private static final int LONGEST_SEQUENCE = 12;

    /** The table is in a file next to this class; a change of the state machine shows as a difference there. */
    @Test
    void eachPairOfStateAndEventLeadsWhereTheTableSays() throws IOException {
        String expected;
        try (var table = TunnelStateTest.class.getResourceAsStream("tunnel-states.txt")) {
            expected = new String(table.readAllBytes(), StandardCharsets.UTF_8);
        }

        assertThat(String.join("\n", rows())).isEqualTo(expected.strip());
    }

    /** One row for each pair, with the paths of a reset that lead to the same result together. */
    private static List<String> rows() {
        List<String> rows = new ArrayList<>();
        for (TunnelState state : reachable()) {
            rows.add(state.toString());
            for (TunnelEvent event : TunnelEvent.values()) {
                Map<TunnelState.Step, List<String>> steps = new LinkedHashMap<>();
                for (ResetPath path : ResetPath.values()) {
                    steps.computeIfAbsent(state.on(event, path), step -> new ArrayList<>()).add(path.name());
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
                for (ResetPath path : ResetPath.values()) {
                    TunnelState next = state.on(event, path).next();
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
            for (int length = 0; length < LONGEST_SEQUENCE && !model.hasEnded(); length++) {
                TunnelEvent event = TunnelEvent.values()[random.nextInt(TunnelEvent.values().length)];
                ResetPath path = ResetPath.values()[random.nextInt(ResetPath.values().length)];
                if (!TunnelModel.isPossible(state, event)) {
                    continue;
                }
                trace.add(event + " " + path);
                TunnelState.Step step = state.on(event, path);
                List<TunnelAction> expected = model.on(event, path);
                state = step.next();

                assertThat(step.actions()).as("%s", trace).isEqualTo(expected);
                assertThat(state.phase() == TunnelState.Phase.ENDED).as("%s", trace).isEqualTo(model.hasEnded());
                assertThat(state.cause()).as("%s", trace).isEqualTo(model.cause());
            }
        }
    }

    @Test
    void anEndedTunnelIgnoresEverything() {
        for (Cause cause : List.of(Cause.DRAINED, Cause.SHUTDOWN, Cause.BACKEND_DOWN)) {
            TunnelState ended = TunnelState.RELAYING.on(TunnelEvent.ending(cause), ResetPath.NONE).next();
            for (TunnelEvent event : TunnelEvent.values()) {
                assertThat(ended.on(event, ResetPath.ACKNOWLEDGED)).isEqualTo(new TunnelState.Step(ended, List.of()));
            }
            assertThat(ended.cause()).isEqualTo(cause);
        }
    }
}
