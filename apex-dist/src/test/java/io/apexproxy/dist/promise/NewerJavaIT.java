package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs tests of promises with Java 22 or newer, where Apex uses the Linux engine, if the tests use an older Java. */
class NewerJavaIT {
    private static final int LEAST_TESTS = 25;
    private static final int LEAST_TESTS_OF_BYTES = 10;

    @BeforeEach
    void useNewerJava() {
        assumeFalse(Runtime.version().feature() >= 22, "all tests use Java 22 or newer already");
        ApexProcess.useNewerJava();
    }

    @AfterEach
    void useJavaOfTheTests() {
        System.clearProperty(ApexProcess.JAVA_HOME);
        System.clearProperty(Distribution.ENGINE);
    }

    @Test
    void engineIsEpollOnLinux() {
        assumeTrue(System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64"),
                "this is not Linux on x86-64");
        Path apex = Distribution.built().resolve("bin/apex");

        try (var run = new ApexProcess.Builder(List.of(apex.toString(), "--version", "--verbose")).start()) {
            assertThat(run.completeOutput()).contains("\nengine epoll\n");
        }
    }

    @Test
    void promisesHold() {
        run(LEAST_TESTS, ServerFirstIT.class, HalfCloseIT.class, EveryByteIT.class, FailoverIT.class,
                DescriptorsIT.class, StalledReadersIT.class);
    }

    @Test
    void promisesHoldWithIoUring(@TempDir Path directory) throws IOException {
        Path config = Files.writeString(directory.resolve("config.toml"),
                "engine = \"io_uring\"\nbackend_addrs = [\"127.0.0.1:9000\"]\n");
        Path apex = Distribution.built().resolve("bin/apex");
        try (var check = new ApexProcess.Builder(List.of(apex.toString(), "check", "--config", config.toString()))
                .start()) {
            assumeTrue(check.exitStatus() == 0, check.errors());
        }
        System.setProperty(Distribution.ENGINE, "io_uring");

        run(LEAST_TESTS_OF_BYTES, ServerFirstIT.class, HalfCloseIT.class, EveryByteIT.class);
    }

    private static void run(int least, Class<?>... classes) {
        var tests = Stream.of(classes).map(DiscoverySelectors::selectClass).toList();
        var listener = new SummaryGeneratingListener();

        LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request().selectors(tests).build(), listener);

        assertThat(listener.getSummary().getFailures()).isEmpty();
        assertThat(listener.getSummary().getTestsSucceededCount()).isGreaterThan(least);
    }
}
