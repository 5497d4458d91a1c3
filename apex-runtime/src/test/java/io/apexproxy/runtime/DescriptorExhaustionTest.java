package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Test of a proxy without free file descriptors: it pauses, logs that, and resumes after descriptors are free. */
class DescriptorExhaustionTest {

    private static final int LIMIT = 100;
    private static final Duration MEASUREMENT = Duration.ofSeconds(3);
    private static final long LOG_PERIOD_SECONDS = 5;

    @TempDir
    private Path directory;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<String> states = new CopyOnWriteArrayList<>();

    private record State(int port, long acceptErrors, long localFailures, String backend) {
        private static State of(String line) {
            String[] words = line.substring(ChildProxy.STATE.length()).split(" ");
            return new State(Integer.parseInt(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]), words[3]);
        }
    }

    @Test
    void proxyWithoutDescriptorsPausesAndRecoversWithoutMarkingBackendsDown() throws IOException, InterruptedException {
        List<Socket> clients = new ArrayList<>();
        try (var backend = TestServer.echo()) {
            Process child = start(configuration(backend));
            try {
                int port = state(child).port();
                long began = System.nanoTime();
                for (int i = 0; i < 2 * LIMIT; i++) {
                    clients.add(new Socket(InetAddress.getLoopbackAddress(), port));
                }
                Awaitility.await().atMost(TestProxy.PATIENCE)
                        .until(() -> log.stream().anyMatch(line -> line.contains("accept paused")));

                Duration before = child.info().totalCpuDuration().orElseThrow();
                Thread.sleep(MEASUREMENT.toMillis()); // processor time and log lines are measured meanwhile
                Duration used = child.info().totalCpuDuration().orElseThrow().minus(before);
                State exhausted = state(child);
                assertThat(used).isLessThan(MEASUREMENT.dividedBy(2));
                List<String> warnings = log.stream()
                        .filter(line -> line.matches(".*listeners.*accept paused.*")).toList();
                long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
                assertThat(warnings).hasSizeBetween(1, (int) (1 + seconds / LOG_PERIOD_SECONDS));
                assertThat(exhausted.localFailures()).as("clients accepted and closed without a backend").isZero();
                assertThat(exhausted.backend()).isEqualTo("up");

                clients.forEach(Bytes::reset);
                Awaitility.await().atMost(TestProxy.PATIENCE).until(() -> isServed(port));
                assertThat(state(child).backend()).isEqualTo("up");
            } finally {
                child.destroyForcibly().waitFor();
            }
        }
    }

    private static boolean isServed(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) TestProxy.PATIENCE.toMillis());
            return Bytes.ping(socket) == 'p';
        }
    }

    private Path configuration(TestServer backend) throws IOException {
        return Files.writeString(directory.resolve("config.toml"), """
                threads = 2
                max_connections = 10000
                [listeners.web]
                listen_addr = "127.0.0.1:0"
                pool = "web"
                [pools.web]
                backends = ["%s"]
                health_check = { provider = "tcp", interval = "200ms", fall = 1 }
                """.formatted(backend.address()));
    }

    private Process start(Path configuration) throws IOException {
        Process child = new ProcessBuilder("sh", "-c", "ulimit -n " + LIMIT + "; exec \"$@\"", "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", classPath(), ChildProxy.class.getName(), configuration.toString())
                .redirectErrorStream(true).start();
        Bytes.async(() -> {
            try (BufferedReader lines = new BufferedReader(
                    new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                lines.lines().forEach(line -> (line.startsWith(ChildProxy.STATE) ? states : log).add(line));
            }
            return log;
        });
        return child;
    }

    private State state(Process child) throws IOException {
        int known = states.size();
        OutputStream in = child.getOutputStream();
        in.write('\n');
        in.flush();
        Awaitility.await().atMost(TestProxy.PATIENCE).until(() -> states.size() > known || !child.isAlive());
        assertThat(states).as("the child's state; its log: %s", log).hasSizeGreaterThan(known);
        return State.of(states.get(known));
    }

    /** Returns a class path of jars, because each class that is loaded from a directory needs a descriptor. */
    private String classPath() throws IOException {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> entries = new ArrayList<>();
        for (String entry : path.split(File.pathSeparator)) {
            Path element = Path.of(entry);
            entries.add(Files.isDirectory(element) ? jar(element, entries.size()).toString() : entry);
        }
        return String.join(File.pathSeparator, entries);
    }

    private Path jar(Path classes, int number) throws IOException {
        Path jar = directory.resolve(number + ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> all = Files.walk(classes)) {
            all.filter(Files::isRegularFile).forEach(file -> {
                try {
                    String name = classes.relativize(file).toString();
                    out.putNextEntry(new JarEntry(name.replace(File.separatorChar, '/')));
                    Files.copy(file, out);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return jar;
    }
}
