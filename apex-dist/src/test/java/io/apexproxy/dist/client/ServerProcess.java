package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A running server. Closing it ends the process. */
public final class ServerProcess implements AutoCloseable {

    private final Process process;
    private final Path log;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a server and waits until it listens.
     *
     * @param port a port that the arguments make the server listen on; it receives a connection without data
     */
    public static ServerProcess started(Program program, Path directory, Path log, int port, String... arguments) {
        var server = new ServerProcess(program.start(directory, log, arguments), log);
        try {
            await().atMost(ApexProcess.PATIENCE).until(() -> !server.process.isAlive() || listens(port));
            assertThat(server.process.isAlive()).as("it runs: %s\n%s", program, server.output()).isTrue();
            return server;
        } catch (Throwable e) {
            server.close();
            throw e;
        }
    }

    /** Returns the output so far. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the server by SIGTERM, on which all servers of these tests shut down when their clients have left. */
    @Override
    public void close() {
        Program.end(process);
    }

    private static boolean listens(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
