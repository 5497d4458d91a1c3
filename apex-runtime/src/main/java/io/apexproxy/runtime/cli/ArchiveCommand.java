package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.ApexProxy;
import io.apexproxy.runtime.ProxyOptions;
import io.apexproxy.runtime.cli.client.ClientException;
import io.apexproxy.runtime.cli.client.ControlClient;
import io.apexproxy.runtime.cli.client.StatusText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code apex archive}: starts a proxy, serves one connection and stops. {@code bin/apex} starts the JVM so that it
 * writes all classes that were loaded to an archive (class data sharing). Later starts load them from the archive.
 */
final class ArchiveCommand {

    private static final String CONFIG = """
            listen_addr = "127.0.0.1:0"
            backend_addrs = ["127.0.0.1:%d"]
            control_socket = "%s"
            [admin]
            listen_addr = "127.0.0.1:0"
            """;
    private static final byte[] MESSAGE = "hello".getBytes(StandardCharsets.US_ASCII);

    private ArchiveCommand() {
    }

    static void run() throws IOException {
        Path directory = Files.createTempDirectory("apex-archive-");
        Path config = directory.resolve("config.toml");
        Path control = directory.resolve("control.sock");
        try (ServerSocket backend = new ServerSocket(0, 0, InetAddress.getByName("127.0.0.1"))) {
            echo(backend);
            Files.writeString(config, CONFIG.formatted(backend.getLocalPort(), control));
            try (ApexProxy proxy = ApexProxy.start(new ProxyOptions(config, directory.resolve("plugins")))) {
                exchange(proxy.snapshot().listeners().get(0).addresses().get(0));
                status(control);
                proxy.shutdown();
            }
        } finally {
            Files.deleteIfExists(config);
            Files.delete(directory);
        }
    }

    /** Runs a command that talks to the process, for its classes. Some systems have no control socket. */
    private static void status(Path control) throws IOException {
        if (Files.exists(control)) {
            try {
                new ControlClient(Optional.of(control), Optional.empty(), false)
                        .status(StatusText.orderNames().get(0));
            } catch (ClientException e) {
                throw new IOException("archive: the trial command failed: " + e.getMessage(), e);
            }
        }
    }

    /** Echoes all bytes, one connection after the other, until the socket is closed. */
    private static void echo(ServerSocket backend) {
        Thread thread = new Thread(() -> {
            while (!backend.isClosed()) {
                try (Socket connection = backend.accept()) {
                    connection.getInputStream().transferTo(connection.getOutputStream());
                } catch (IOException e) {
                    // a health check has closed its connection, or the socket is closed
                }
            }
        }, "echo");
        thread.setDaemon(true);
        thread.start();
    }

    private static void exchange(SocketAddress proxy) throws IOException {
        try (Socket client = new Socket()) {
            client.connect(proxy);
            client.getOutputStream().write(MESSAGE);
            client.shutdownOutput();
            int echoed = client.getInputStream().readAllBytes().length;
            if (echoed != MESSAGE.length) {
                throw new IOException("archive: the trial connection failed: sent " + MESSAGE.length
                        + " bytes, received " + echoed);
            }
        }
    }
}
