package io.apexproxy.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.runtime.engine.linux.uring.UringEngine;
import io.apexproxy.test.NewerJava;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs the tests of the Linux engine with Java 22 or newer, in another process, if these tests have an older one. */
class NewerJavaTest {
    private static final String ENGINES = NewerJavaTest.class.getPackageName();
    private static final int LEAST_TESTS = 180;
    private static final long MOST_FAILURES = 10;
    /** The exit status if the system does not permit io_uring. */
    private static final int UNAVAILABLE = 3;

    @ParameterizedTest
    @ValueSource(strings = {"EPOLL", "IO_URING"})
    void engineTestsPassWithANewerJava(String implementation) throws IOException, InterruptedException {
        assumeFalse(Runtime.version().feature() >= 22, "these tests run with Java 22 or newer already");
        Optional<Path> home = NewerJava.home();
        assumeTrue(home.isPresent(), "no Java 22 or newer is installed");
        Process process = new ProcessBuilder(home.get().resolve("bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Dapex.engine.checked=true",
                "-Dapex.test.implementation=" + implementation, "-cp", System.getProperty("java.class.path"),
                NewerJavaTest.class.getName()).redirectErrorStream(true).start();

        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        int status = process.waitFor();
        assumeFalse(status == UNAVAILABLE, output);
        assertThat(status).as(output).isZero();
    }

    /** Runs the tests; exits with 1 if a test fails or most of them are missing. */
    public static void main(String[] arguments) {
        Optional<String> unavailability = UringEngine.unavailability();
        if (System.getProperty("apex.test.implementation").equals("IO_URING") && unavailability.isPresent()) {
            System.out.println("without io_uring: " + unavailability.get());
            System.exit(UNAVAILABLE);
        }
        var summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request()
                .selectors(List.of(DiscoverySelectors.selectPackage(ENGINES + ".loop"),
                        DiscoverySelectors.selectPackage(ENGINES + ".linux")))
                .filters(ClassNameFilter.includeClassNamePatterns(".*Test")).build(), summary);
        var writer = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        summary.getSummary().printFailuresTo(writer, (int) MOST_FAILURES);
        summary.getSummary().printTo(writer);
        boolean passed = summary.getSummary().getTotalFailureCount() == 0
                && summary.getSummary().getTestsSucceededCount() >= LEAST_TESTS;
        System.exit(passed ? 0 : 1);
    }
}
