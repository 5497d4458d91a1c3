package io.apexproxy.dist.promise;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.OS;

/** The base class of the tests. */
abstract class Scenario extends DistributionFixture {

    /** The tag of tests that take about a minute together. */
    static final String QUICK = "quick";

    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    @BeforeEach
    void requireUnix() {
        Assumptions.assumeFalse(OS.WINDOWS.isCurrentOs(), "the script, signals and limits are those of Unix");
    }

    /** Starts a proxy; it accepts connections when {@link Proxy#port} returns. */
    Proxy start(Config config) {
        return new Proxy(apex, apex.configure(config.toml()).start());
    }

    /**
     * Starts a proxy with the current configuration.
     *
     * @param command a command that executes its arguments in the same process, like prlimit; the script is appended
     */
    Proxy startBy(List<String> command) {
        List<String> whole = Stream.concat(command.stream(), Stream.of(apex.script().toString())).toList();
        return new Proxy(apex, new ApexProcess.Builder(whole).directory(apex.workingDirectory()).start());
    }

    /** Waits until the condition holds; fails after a timeout. */
    static void eventually(Callable<Boolean> condition) {
        Awaitility.await().atMost(ApexProcess.PATIENCE).pollDelay(Duration.ZERO).pollInterval(POLL_INTERVAL)
                .until(condition);
    }
}
