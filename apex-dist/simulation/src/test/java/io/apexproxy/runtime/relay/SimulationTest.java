package io.apexproxy.runtime.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Runs a scenario for each seed; each on one thread, several in parallel.
 *
 * <p>{@code -Dapex.sim.seeds=100000} sets the number of seeds, {@code -Dapex.sim.seed=17} replays a single seed. The
 * test writes the trace of a failed or single seed to {@code target/simulation-17.txt}.
 */
final class SimulationTest {

    private static final String ONE_SEED = "apex.sim.seed";
    private static final String SEEDS = "apex.sim.seeds";
    private static final int FEW = 1_000;
    private static final int CROWDS = 5;
    private static final int CROWD = 5_000;
    /** Number of lines at the end of the trace that an error message contains. */
    private static final int SHOWN_LINES = 200;

    @Test
    void invariantsHoldForEverySeed() {
        String one = System.getProperty(ONE_SEED, "");
        if (one.isEmpty()) {
            LongStream.range(0, Long.getLong(SEEDS, FEW)).parallel()
                    .forEach(seed -> check(seed, Scenario.FEW_CLIENTS, false));
        } else {
            check(Long.parseLong(one), Scenario.FEW_CLIENTS, true);
        }
    }

    @Test
    void invariantsHoldForThousandsOfSessions() {
        for (long seed = 0; seed < CROWDS; seed++) {
            check(seed, CROWD, false);
        }
    }

    @Test
    void seedReplaysExactly() {
        for (long seed = 0; seed < 20; seed++) {
            Run first = new Run(seed, Scenario.FEW_CLIENTS, true);
            assertThat(first.failure).isNull();
            assertThat(new Run(seed, Scenario.FEW_CLIENTS, true).trace()).isEqualTo(first.trace());
        }
    }

    private static void check(long seed, int clients, boolean traced) {
        Run run = new Run(seed, clients, traced);
        Run replay = run.failure != null && !traced ? new Run(seed, clients, true) : run;
        if (traced || replay.failure != null) {
            write(seed, replay.trace());
        }
        if (run.failure != null) {
            List<String> trace = replay.trace();
            List<String> shown = trace.subList(Math.max(0, trace.size() - SHOWN_LINES), trace.size());
            throw new AssertionError("seed " + seed + ": " + run.failure.getMessage() + "\n... "
                    + String.join("\n", shown) + "\nreplayed: " + replay.failure, run.failure);
        }
    }

    private static void write(long seed, List<String> trace) {
        try {
            Files.write(Files.createDirectories(Path.of("target")).resolve("simulation-" + seed + ".txt"), trace);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A run of a scenario, with its failure. */
    private static final class Run {
        private final List<Scenario> scenario = new ArrayList<>();
        private Throwable failure;

        private Run(long seed, int clients, boolean traced) {
            try {
                scenario.add(new Scenario(seed, clients, traced));
                scenario.get(0).run();
            } catch (Throwable thrown) {
                failure = thrown;
            }
        }

        private List<String> trace() {
            return scenario.isEmpty() ? List.of() : scenario.get(0).simulation().trace();
        }
    }
}
