package io.apexproxy.dist.promise;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that included files are part of the configuration, and that strings can have variables. */
class IncludeIT extends Scenario {

    /** The guarantee is one second; a busy build machine can take longer. */
    private static final Duration BOUND = Duration.ofSeconds(3);

    private static final String MAIN = "include = [\"conf.d/*.toml\"]\nthreads = 1\n";

    @AutoClose
    private final HttpBackend one = HttpBackend.started();
    @AutoClose
    private final HttpBackend two = HttpBackend.started();
    private Path included;

    @BeforeEach
    void createDirectory() throws IOException {
        included = Files.createDirectory(apex.workingDirectory().resolve("conf.d"));
    }

    @Test
    @Tag(QUICK)
    void listenerOfAnAddedFileOpensAndThatOfADeletedOneCloses() throws IOException {
        write("one", listener("one", 0) + pool("one", one));
        try (var proxy = new Proxy(apex, apex.configure(MAIN).start())) {
            assertThat(proxy.answers(1)).containsExactly(one.address());
            int port = FreePorts.next();

            write("two", listener("two", port) + pool("two", two));
            await().atMost(BOUND).until(() -> Http.get(port).equals(Optional.of(two.address())));
            write("two", listener("two", port) + pool("two", one));
            await().atMost(BOUND).until(() -> Http.get(port).equals(Optional.of(one.address())));
            Files.delete(included.resolve("two.toml"));
            await().atMost(BOUND).until(() -> Http.get(port).isEmpty());

            assertThat(proxy.answers(1)).containsExactly(one.address());
            assertThat(proxy.lines("ERROR")).isEmpty();
        }
    }

    @Test
    @Tag(QUICK)
    void brokenFileChangesNothing() throws IOException {
        write("one", listener("one", 0) + pool("one", one));
        try (var proxy = new Proxy(apex, apex.configure(MAIN).start())) {
            assertThat(proxy.answers(1)).containsExactly(one.address());

            write("one", listener("one", 0) + pool("one", two));
            write("two", "[pools.one]\n");
            proxy.awaitLine("the previous one stays in force: "
                    + "conf.d/two.toml:1:8: pools.one: already defined at conf.d/one.toml:4:8: keep one of them");
            assertThat(proxy.answers(2)).containsOnly(one.address());

            write("two", pool("two", two).replace("backends", "backend"));
            proxy.awaitLine("conf.d/two.toml:2:1: pools.two: unknown key 'backend' (did you mean 'backends'?)");
            assertThat(proxy.answers(2)).containsOnly(one.address());

            Files.delete(included.resolve("two.toml"));
            await().atMost(BOUND).until(() -> proxy.answers(1).contains(two.address()));
        }
    }

    @Test
    void checkReportsMistakesInIncludedFiles() throws IOException {
        write("a", listener("web", 0) + pool("web", one));
        apex.configure(MAIN);
        try (var check = apex.start("check")) {
            assertThat(check.completeOutput()).contains("config.toml: no mistakes found");
        }

        write("b", pool("web", two) + "threads = 2\n[admin]\n");
        try (var check = apex.start("check")) {
            assertThat(check.errors()).contains(
                    "conf.d/b.toml:1:8: pools.web: already defined at conf.d/a.toml:4:8: keep one of them",
                    "conf.d/b.toml:4:2: admin: not accepted in an included file");
            assertThat(check.exitStatus()).isEqualTo(78);
        }
    }

    @Test
    void variablesAreReplacedAndNotShown() throws IOException {
        write("one", listener("one", 0) + "[pools.one]\nbackends = [\"${env:APP_HOST}:${env:APP_PORT}\"]\n");
        String secret = "correct-horse";
        var variables = Map.of("APP_HOST", "127.0.0.1", "APP_PORT",
                one.address().substring(one.address().indexOf(':') + 1), "A_SECRET", secret);
        apex.configure("control_socket = \"" + apex.workingDirectory().resolve("c.sock") + "\"\n" + MAIN);
        try (var check = apex.command("check").without("APP_HOST").start()) {
            assertThat(check.errors()).contains("conf.d/one.toml:5:13: pools.one.backends[0]: the environment variable"
                    + " APP_HOST is not set");
        }
        try (var proxy = new Proxy(apex, apex.command().environment(variables).start())) {
            assertThat(proxy.answers(1)).containsExactly(one.address());

            try (var status = apex.command("status", "--config", "config.toml").without("APP_HOST").start()) {
                assertThat(status.completeOutput()).contains("127.0.0.1");
                assertThat(status.exitStatus()).isZero();
            }
            write("two", "[pools.two]\nbackends = [\"${env:A_SECRET}\"]\n");
            proxy.awaitLine("conf.d/two.toml:2:13: pools.two.backends[0]: expected an address");

            assertThat(proxy.lines("A_SECRET}\"")).isNotEmpty();
            assertThat(proxy.lines(secret)).isEmpty();
        }
    }

    /** Replaces a file as a whole, so that no step of the write can be seen. */
    private void write(String name, String toml) throws IOException {
        Path aside = Files.writeString(included.resolve(name + ".new"), toml);
        Files.move(aside, included.resolve(name + ".toml"), ATOMIC_MOVE, REPLACE_EXISTING);
    }

    private static String listener(String name, int port) {
        return "[listeners.%s]\nlisten_addr = \"127.0.0.1:%d\"\npool = \"%s\"\n".formatted(name, port, name);
    }

    private static String pool(String name, HttpBackend backend) {
        return "[pools.%s]\nbackends = [\"%s\"]\n".formatted(name, backend.address());
    }
}
