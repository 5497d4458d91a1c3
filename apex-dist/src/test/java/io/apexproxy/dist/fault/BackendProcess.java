package io.apexproxy.dist.fault;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Signal;
import io.apexproxy.test.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A process of {@link ChecksumServer} that can be killed, paused and switched to another mode. Not thread-safe. */
final class BackendProcess implements AutoCloseable {

    private final int port = FreePorts.next();
    private final int greetingPort = FreePorts.next();
    private final Consumer<String> failures;
    private Process process;
    private BlockingQueue<String> answers;

    private BackendProcess(Consumer<String> failures) {
        this.failures = failures;
    }

    /** Starts a process and waits until it accepts connections. Each unexpected output line is a failure. */
    static BackendProcess started(Consumer<String> failures) {
        var backend = new BackendProcess(failures);
        backend.start();
        return backend;
    }

    /** Returns the port on which the client sends first; also the name of the backend. */
    int port() {
        return port;
    }

    int greetingPort() {
        return greetingPort;
    }

    void start() {
        try {
            process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    // little memory and a fast start
                    "-Xmx64m", "-Xss256k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
                    "-cp", classes(), ChecksumServer.class.getName(),
                    Integer.toString(port), Integer.toString(greetingPort)).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        answers = new LinkedBlockingQueue<>();
        Thread reader = new Thread(reader(process, answers), "output of backend " + port);
        reader.setDaemon(true);
        reader.start();
        awaitAnswer("start");
    }

    void setMode(ChecksumServer.Mode mode) {
        try {
            process.getOutputStream().write((mode + "\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitAnswer(mode.name());
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    void pause() {
        Signal.send("STOP", process.pid());
    }

    void resume() {
        Signal.send("CONT", process.pid());
    }

    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return "backend " + port;
    }

    private void awaitAnswer(String command) {
        try {
            if (answers.poll(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS) == null) {
                throw new AssertionError("%s: no answer to %s, alive: %s".formatted(this, command, process.isAlive()));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Runnable reader(Process of, BlockingQueue<String> to) {
        return () -> {
            try (var lines = new BufferedReader(new InputStreamReader(of.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.equals("ok")) {
                        to.add(line);
                    } else {
                        failures.accept(this + ": " + line);
                    }
                }
            } catch (IOException e) {
                to.clear(); // the process was killed
            }
        };
    }

    private static String classes() {
        URL location = ChecksumServer.class.getProtectionDomain().getCodeSource().getLocation();
        return Path.of(URI.create(location.toString())).toString();
    }
}
