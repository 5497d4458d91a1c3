package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A server process and an Apex process that relays to it. */
final class ProxiedServer implements AutoCloseable {

    private final Process server;
    private final ApexProcess apex;
    private final int port;

    private ProxiedServer(Process server, ApexProcess apex, int port) {
        this.server = server;
        this.apex = apex;
        this.port = port;
    }

    /**
     * Starts the server, waits until it listens, and starts Apex.
     *
     * @param directory the working directory of the server; Apex is unpacked next to it
     * @param port the port that the arguments make the server listen on
     */
    static ProxiedServer started(Program program, Path directory, int port, String... arguments) {
        return started("", program, directory, port, arguments);
    }

    /**
     * Starts the server, waits until it listens, and starts Apex with one event loop.
     *
     * <p>Several loops do not preserve the order of a client's connections, which some protocols depend on.
     *
     * @param directory the working directory of the server; Apex is unpacked next to it
     * @param port the port that the arguments make the server listen on
     */
    static ProxiedServer startedBehindOneLoop(Program program, Path directory, int port, String... arguments) {
        return started("threads = 1", program, directory, port, arguments);
    }

    private static ProxiedServer started(
            String settings, Program program, Path directory, int port, String... arguments) {
        Path log = directory.resolveSibling("server.log");
        Process server = program.start(directory, log, arguments);
        try {
            await().atMost(ApexProcess.PATIENCE).until(() -> !server.isAlive() || listens(port));
            assertThat(server.isAlive()).as("it runs: %s\n%s", program, Files.readString(log)).isTrue();
            ApexProcess apex = Distribution.copiedTo(directory.getParent()).configure("""
                    %s
                    listen_addr = "127.0.0.1:0"
                    backend_addrs = ["127.0.0.1:%d"]
                    """.formatted(settings, port)).start();
            return new ProxiedServer(server, apex, apex.port());
        } catch (IOException e) {
            end(server);
            throw new UncheckedIOException(e);
        } catch (Throwable e) {
            end(server);
            throw e;
        }
    }

    /** Returns the port for clients. */
    String port() {
        return Integer.toString(port);
    }

    /** Ends both processes. Apex must exit with status 0 and must not have logged a warning or an error. */
    @Override
    public void close() {
        try (apex) {
            apex.signal("TERM");
            assertThat(apex.exitStatus()).isZero();
            assertThat(apex.output()).noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "));
            assertThat(apex.output()).filteredOn(line -> line.contains(" apex.access: ")).isNotEmpty()
                    .allMatch(line -> line.matches(".* (client|backend)-(closed|reset) .*"));
        } finally {
            end(server);
        }
    }

    private static boolean listens(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends a server by an interrupt, on which all servers of these tests shut down at once. */
    private static void end(Process server) {
        try {
            if (server.isAlive()) {
                Signal.send("INT", server.pid());
                server.waitFor(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            server.destroyForcibly().onExit().join();
        }
    }
}
