package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.EchoBackend;
import io.apexproxy.dist.harness.Namespaces;
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
 * With few threads Apex serves, or it does not start and says why. It never listens without serving, and no backend is
 * marked down.
 *
 * <p>The limit is that of processes, which counts the threads of a user: Apex runs as a user of its own.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the limit counts threads on Linux only")
class FewThreadsIT extends Scenario {

    /** Far from the numbers of real users, so that the limit counts no other thread. */
    private static final int FIRST_USER = 1_500_000_000;
    private static final int USERS = 100_000_000;
    private static final int ENOUGH = 64;

    private final int user = FIRST_USER + ThreadLocalRandom.current().nextInt(USERS);
    @AutoClose
    private final EchoBackend backend = EchoBackend.started();

    @BeforeEach
    void letTheUserRead() throws IOException {
        assumeTrue(Namespaces.isPossible(as(ENOUGH)), "only root changes the user, by setpriv (util-linux)");
        for (Path each : List.of(directory, apex.home(), apex.workingDirectory())) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        assumeTrue(Namespaces.isPossible(reading(apex.script())) && Namespaces.isPossible(
                reading(Path.of(System.getProperty("java.home"), "bin/java"))), "another user cannot read the files");
    }

    @Test
    void withEnoughOfThemItServes() {
        try (var proxy = start(ENOUGH)) {
            assertServes(proxy);
        }
    }

    /** It may have listened for a moment before the lack was noticed. */
    @ParameterizedTest
    @ValueSource(ints = {2, 8, 16, 20, 24, 26, 28, 30, 32, 36})
    void withFewItServesOrSaysWhyItDoesNot(int threads) {
        try (var proxy = start(threads)) {
            if (proxy.process().accepts()) {
                eventually(() -> isServed(proxy) || !proxy.process().isAlive());
            }
            if (!proxy.process().isAlive()) {
                assertThat(proxy.process().errors() + proxy.process().completeOutput())
                        .containsPattern("native thread|fork"); // the JVM itself says it on standard output
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
        apex.configure(Config.over(backend.address()).toml());
        return startBy(as(threads));
    }

    private List<String> as(int threads) {
        return List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups",
                "prlimit", "--nproc=" + threads + ":" + threads);
    }

    private List<String> reading(Path file) {
        List<String> command = new ArrayList<>(as(ENOUGH));
        command.addAll(List.of("sh", "-c", "test -r \"$0\" && test -x \"$0\"", file.toString()));
        return command;
    }
}
