package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.Parameter;

/** Test of an idle proxy, whose loops must not wake up. */
@RelayMatrix
@EnabledOnOs(OS.LINUX)
class IdleTest {

    private static final Path THREADS = Path.of("/proc/self/task");
    private static final long MEASUREMENT_MILLIS = 500;
    private static final Pattern WAITS = Pattern.compile("^voluntary_ctxt_switches:\\s*(\\d+)$", Pattern.MULTILINE);

    @Parameter
    int threads;

    @Test
    void loopsWithoutConnectionsDoNotWakeUpAndLaterConnectionsTimeOut() throws IOException {
        try (var backend = TestServer.silent();
                var proxy = TestProxy.threads(threads).listener("idle_timeout = \"300ms\"").over(backend)) {
            for (int connection = 1; connection <= 2; connection++) {
                try (var client = proxy.connect()) {
                    assertThat(client.getInputStream().read()).isEqualTo(-1);
                }
                long ended = connection;
                proxy.await(snapshot -> snapshot.endings().get("idle-timeout") == ended);

                Awaitility.await().atMost(TestProxy.PATIENCE).until(this::areLoopsIdle);
            }
        }
    }

    private boolean areLoopsIdle() throws IOException, InterruptedException {
        long before = waitsOfLoops();
        assertThat(before).as("waits of the loops").isPositive();
        TimeUnit.MILLISECONDS.sleep(MEASUREMENT_MILLIS);
        return waitsOfLoops() == before;
    }

    /** Returns the number of waits of the loops' threads since their start. */
    private static long waitsOfLoops() throws IOException {
        try (Stream<Path> tasks = Files.list(THREADS)) {
            return tasks.filter(task -> text(task.resolve("comm")).startsWith("apex-loop-"))
                    .mapToLong(task -> waits(text(task.resolve("status")))).sum();
        }
    }

    private static long waits(String status) {
        Matcher matcher = WAITS.matcher(status);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return ""; // the thread has ended since the listing
        }
    }
}
