package io.apexproxy.dist.promise;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What all scenarios begin with: a distribution of their own, just unpacked. */
abstract class Scenario {

    /** The tag of scenarios that together take about a minute. */
    static final String QUICK = "quick";

    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    @TempDir
    Path directory;

    Distribution apex;

    @BeforeEach
    void unpack() {
        Assumptions.assumeFalse(OS.WINDOWS.isCurrentOs(), "the script, signals and limits are those of Unix");
        apex = Distribution.copiedTo(directory);
    }

    /** Starts a proxy; it accepts connections when {@link Proxy#port} returns. */
    Proxy start(Config config) {
        return new Proxy(apex, apex.configure(config.toml()).start());
    }

    /**
     * Starts a proxy with the present configuration.
     *
     * @param command to which the script is added; it becomes the script and keeps its process id, as prlimit does
     */
    Proxy startBy(List<String> command) {
        List<String> whole = Stream.concat(command.stream(), Stream.of(apex.script().toString())).toList();
        return new Proxy(apex, new ApexProcess.Builder(whole).directory(apex.workingDirectory()).start());
    }

    /** Waits until it is so; fails if it never is. */
    static void eventually(Callable<Boolean> condition) {
        Awaitility.await().atMost(ApexProcess.PATIENCE).pollDelay(Duration.ZERO).pollInterval(POLL_INTERVAL)
                .until(condition);
    }
}
