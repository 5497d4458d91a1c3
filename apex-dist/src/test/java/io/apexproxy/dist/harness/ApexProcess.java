package io.apexproxy.dist.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.test.NewerJava;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The process of a started script, with its output and exit status. Closing it kills the process. */
public final class ApexProcess implements AutoCloseable {

    /** Far more than a start or a reload takes, also on a busy machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Pattern LISTENING = Pattern.compile("Proxy listening on (?:.*:)?(\\d+)$");

    private final Process process;
    private final List<String> output = Collections.synchronizedList(new ArrayList<>());
    private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> readers;

    private ApexProcess(Process process) {
        this.process = process;
        this.readers = List.of(reader(process.getInputStream(), output), reader(process.getErrorStream(), errors));
    }

    /** Waits until the proxy accepts connections; returns its port. */
    public int port() {
        return Integer.parseInt(awaitMatch(LISTENING).group(1));
    }

    /** Waits until the proxy accepts connections or the process has ended; returns whether it accepts connections. */
    public boolean accepts() {
        awaitMatchOrEnd(LISTENING);
        return find(LISTENING) != null;
    }

    /** Waits for a log line that contains the text; returns the line. */
    public String awaitLine(String text) {
        return awaitMatch(Pattern.compile(".*" + Pattern.quote(text) + ".*")).group();
    }

    /** Returns the log lines so far. */
    public List<String> output() {
        return List.copyOf(output);
    }

    /** Waits for the end of the process; returns its standard error. */
    public String errors() {
        exitStatus();
        return String.join("\n", List.copyOf(errors));
    }

    /** Waits for the end of the process; returns its standard output. */
    public String completeOutput() {
        exitStatus();
        return String.join("\n", output());
    }

    /** Waits for the end of the process; returns its exit status. */
    public int exitStatus() {
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("ended: %s", this).isTrue();
            for (Thread reader : readers) {
                reader.join(PATIENCE.toMillis());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends the process by SIGTERM, with the exit status 0; returns its lines with warnings and errors. */
    public List<String> terminate() {
        signal("TERM");
        assertThat(exitStatus()).isZero();
        return output().stream().filter(line -> line.contains(" WARN ") || line.contains(" ERROR ")).toList();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns the processor time that the process has used so far. */
    public Duration processorTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    public void signal(String name) {
        Signal.send(name, process.pid());
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public String toString() {
        return "output:\n" + String.join("\n", output) + "\nerrors:\n" + String.join("\n", List.copyOf(errors));
    }

    private void awaitMatchOrEnd(Pattern pattern) {
        Awaitility.await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO).until(() -> find(pattern) != null || !process.isAlive());
        if (!process.isAlive()) {
            exitStatus(); // the output is complete then
        }
    }

    private Matcher awaitMatch(Pattern pattern) {
        awaitMatchOrEnd(pattern);
        Matcher found = find(pattern);
        assertThat(found).as("a line that matches %s; %s", pattern, this).isNotNull();
        return found;
    }

    private Matcher find(Pattern pattern) {
        return output().stream().map(pattern::matcher).filter(Matcher::find).findFirst().orElse(null);
    }

    private static Thread reader(InputStream stream, List<String> lines) {
        var reader = new Thread(() -> {
            try (var text = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                text.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                lines.add("end of output: " + e.getMessage()); // the process was ended by force
            }
        }, "output of apex");
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    /** The system property with the Java of the processes, if it is not the Java of the tests. */
    public static final String JAVA_HOME = "apex.test.java";

    /** Sets {@link #JAVA_HOME} to a Java 22 or newer, unless the tests have one. Skips the test without one. */
    public static void useNewerJava() {
        if (Runtime.version().feature() < 22) {
            Optional<Path> home = NewerJava.home();
            assumeTrue(home.isPresent(), "no Java 22 or newer is installed");
            System.setProperty(JAVA_HOME, home.get().toString());
        }
    }

    /** A builder of processes. */
    public static final class Builder {

        private final ProcessBuilder process;

        public Builder(List<String> command) {
            process = new ProcessBuilder(command);
            // the environment of the tests must not influence the script; JAVA_HOME is set to the Java of the tests
            process.environment().keySet().removeAll(List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "CDPATH",
                    "NOTIFY_SOCKET", "RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR"));
            process.environment().put("JAVA_HOME", javaHome());
        }

        private static String javaHome() {
            return System.getProperty(JAVA_HOME, System.getProperty("java.home"));
        }

        public Builder directory(Path directory) {
            process.directory(directory.toFile());
            return this;
        }

        public Builder environment(Map<String, String> variables) {
            process.environment().putAll(variables);
            return this;
        }

        public Builder without(String variable) {
            process.environment().remove(variable);
            return this;
        }

        public ApexProcess start() {
            try {
                return new ApexProcess(process.start());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
