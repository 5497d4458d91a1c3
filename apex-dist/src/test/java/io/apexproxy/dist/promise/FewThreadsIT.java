package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.Namespaces;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of a limit of threads: Apex serves, or the start fails with a message. Apex never listens without serving, and
 * marks no backend down.
 *
 * <p>The limit of processes counts the threads of a user, so Apex runs as a separate user.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the limit counts threads on Linux only")
class FewThreadsIT extends Scenario {

    /** Above the ids of real users, so that the limit counts no other thread. */
    private static final int FIRST_USER = 1_500_000_000;
    private static final int USERS = 100_000_000;
    private static final int ENOUGH = 64;

    private final int user = FIRST_USER + ThreadLocalRandom.current().nextInt(USERS);
    @AutoClose
    private final TestServer backend = TestServer.echo();

    @BeforeEach
    void permitReading() throws IOException {
        assumeTrue(Namespaces.isPossible(asUserWith(ENOUGH)), "only root changes the user, by setpriv (util-linux)");
        for (Path each : List.of(directory, apex.home(), apex.workingDirectory())) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        assumeTrue(Namespaces.isPossible(readCheck(apex.script())) && Namespaces.isPossible(
                readCheck(Path.of(System.getProperty("java.home"), "bin/java"))), "another user cannot read the files");
    }

    @Test
    void servesWithEnoughThreads() {
        try (var proxy = start(ENOUGH)) {
            assertServes(proxy);
        }
    }

    /** Apex can listen for a moment before a thread cannot be created. */
    @ParameterizedTest
    @ValueSource(ints = {2, 8, 16, 20, 24, 26, 28, 30, 32, 36})
    void servesOrReportsTooFewThreads(int threads) {
        try (var proxy = start(threads)) {
            if (proxy.process().accepts()) {
                eventually(() -> isServed(proxy) || !proxy.process().isAlive());
            }
            if (!proxy.process().isAlive()) {
                assertThat(proxy.process().errors() + proxy.process().completeOutput())
                        .containsPattern("native thread|fork"); // printed by the JVM on standard output
                assertThat(proxy.process().exitStatus()).isNotZero();
            }
            assertThat(proxy.lines("alive: false")).isEmpty();
        }
    }

    private static void assertServes(Proxy proxy) {
        eventually(() -> isServed(proxy));
        assertThat(proxy.lines("alive: false")).isEmpty();
    }

    private static boolean isServed(Proxy proxy) {
        try (var client = proxy.client()) {
            return client.echo("served").equals("served");
        } catch (UncheckedIOException e) { // closed for lack of a backend, or the process has ended
            return false;
        }
    }

    private Proxy start(int threads) {
        apex.configure(Config.withBackends(backend.address()).toml());
        return startBy(asUserWith(threads));
    }

    private List<String> asUserWith(int threads) {
        return List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups",
                "prlimit", "--nproc=" + threads + ":" + threads);
    }

    private List<String> readCheck(Path file) {
        List<String> command = new ArrayList<>(asUserWith(ENOUGH));
        command.addAll(List.of("sh", "-c", "test -r \"$0\" && test -x \"$0\"", file.toString()));
        return command;
    }
}
