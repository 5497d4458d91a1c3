package io.apexproxy.runtime.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Runs whole lives of a proxy, one for each seed; each on one thread, several at a time.
 *
 * <p>{@code -Dapex.sim.seeds=100000} runs more of them, {@code -Dapex.sim.seed=17} one of them again.
 */
final class SimulationTest {

    private static final String ONE_SEED = "apex.sim.seed";
    private static final String SEEDS = "apex.sim.seeds";
    private static final int FEW = 1_000;
    private static final int CROWDS = 5;
    private static final int CROWD = 5_000;

    @Test
    void everySeedKeepsTheInvariants() {
        String one = System.getProperty(ONE_SEED, "");
        if (!one.isEmpty()) {
            check(Long.parseLong(one), Scenario.FEW_CLIENTS);
            return;
        }
        LongStream.range(0, Long.getLong(SEEDS, FEW)).parallel().forEach(seed -> check(seed, Scenario.FEW_CLIENTS));
    }

    @Test
    void thousandsOfSessionsKeepTheInvariants() {
        for (long seed = 0; seed < CROWDS; seed++) {
            check(seed, CROWD);
        }
    }

    @Test
    void aSeedReplaysExactly() throws IOException {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(trace(seed, Scenario.FEW_CLIENTS)).isEqualTo(trace(seed, Scenario.FEW_CLIENTS));
        }
    }

    private static List<String> trace(long seed, int clients) throws IOException {
        var scenario = new Scenario(seed, clients, true);
        scenario.run();
        return scenario.simulation().trace();
    }

    private static void check(long seed, int clients) {
        try {
            new Scenario(seed, clients, false).run();
        } catch (Throwable failure) {
            throw new AssertionError("seed " + seed + ": " + failure.getMessage() + "\n"
                    + replayed(seed, clients), failure);
        }
    }

    /** Runs a seed that has failed once more, for its trace. */
    private static String replayed(long seed, int clients) {
        Scenario scenario = null;
        try {
            scenario = new Scenario(seed, clients, true);
            scenario.run();
            return "(it did not fail again)";
        } catch (Throwable failure) {
            return String.join("\n", scenario == null ? List.of() : scenario.simulation().trace()) + "\n" + failure;
        }
    }
}
