package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import java.nio.file.Path;

/** A server process and an Apex process that relays to it. */
final class ProxiedServer implements AutoCloseable {

    private final ServerProcess server;
    private final ApexProcess apex;
    private final int port;

    private ProxiedServer(ServerProcess server, ApexProcess apex, int port) {
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
        ServerProcess server = ServerProcess.started(
                program, directory, directory.resolveSibling("server.log"), port, arguments);
        try {
            ApexProcess apex = Distribution.copiedTo(directory.getParent()).configure("""
                    %s
                    listen_addr = "127.0.0.1:0"
                    backend_addrs = ["127.0.0.1:%d"]
                    """.formatted(settings, port)).start();
            return new ProxiedServer(server, apex, apex.port());
        } catch (Throwable e) {
            server.close();
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
        try (server; apex) {
            assertThat(apex.terminate()).isEmpty();
            assertThat(apex.output()).filteredOn(line -> line.contains(" apex.access: ")).isNotEmpty()
                    .allMatch(line -> line.matches(".* (client|backend)-(closed|reset) .*"));
        }
    }
}
