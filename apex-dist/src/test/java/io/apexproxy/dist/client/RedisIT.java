package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.FreePorts;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests with Redis and its benchmark. A counter shows whether each command was executed once. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisIT {

    private static final int LARGE = 8 * 1024 * 1024;

    private Path directory;
    private ProxiedServer redis;
    private Program benchmark;
    private Program client;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        Program server = Program.named("redis-server", "redis-server");
        benchmark = Program.named("redis-benchmark", "redis-tools");
        client = Program.named("redis-cli", "redis-tools");
        Path data = Files.createDirectory(directory.resolve("data"));
        int port = FreePorts.next();
        redis = ProxiedServer.started(server, data, port, "--port", Integer.toString(port), "--bind", "127.0.0.1",
                "--save", "", "--appendonly", "no");
    }

    @AfterAll
    void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void largeValueIsUnchanged() throws IOException {
        byte[] bytes = new byte[LARGE];
        new Random(1).nextBytes(bytes);
        String value = Base64.getEncoder().encodeToString(bytes);
        File file = Files.writeString(directory.resolve("value"), value).toFile();

        assertThat(client.run(directory, Redirect.from(file), "-p", redis.port(), "-x", "set", "large"))
                .isEqualTo("OK");

        assertThat(ask("get", "large").equals(value)).as("the same value").isTrue();
    }

    @Test
    void commandsAreExecutedOnceOnPersistentConnections() {
        assertCounted(20_000, "-c", "50");
    }

    @Test
    void pipelinedCommandsAreExecutedOnce() {
        assertCounted(160_000, "-c", "20", "-P", "16");
    }

    @Test
    void commandsAreExecutedOnceWithOneConnectionEach() {
        assertCounted(3_000, "-c", "20", "-k", "0");
    }

    @Test
    void commandsWorkWithValuesOfSeveralPackets() {
        assertThat(bench("-n", "1000", "-c", "20", "-d", "5000", "-t", "set,get,lpush,lrange_100,mset"))
                .contains("SET", "GET", "LPUSH", "LRANGE_100", "MSET").doesNotContainIgnoringCase("error");
    }

    private void assertCounted(int commands, String... how) {
        ask("del", "counter");
        bench(Stream.of(Stream.of("-n", Integer.toString(commands)), Stream.of(how), Stream.of("incr", "counter"))
                .flatMap(each -> each).toArray(String[]::new));
        assertThat(ask("get", "counter")).isEqualTo(Integer.toString(commands));
    }

    private String bench(String... arguments) {
        return benchmark.run(directory, Stream.concat(Stream.of("-p", redis.port(), "-q"), Stream.of(arguments))
                .toArray(String[]::new));
    }

    private String ask(String... command) {
        return client.run(directory, Stream.concat(Stream.of("-p", redis.port()), Stream.of(command))
                .toArray(String[]::new));
    }
}
