package io.apexproxy.runtime.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The demo backends of {@code --demo}: two HTTP servers, and a temporary configuration file that the user can edit to
 * try a reload.
 */
final class Demo implements AutoCloseable {

    private static final int LISTENER_PORT = 8081;
    private static final List<Integer> PORTS = List.of(9000, 9001);
    static final List<String> ADDRESSES = PORTS.stream().map(Demo::address).toList();
    private static final int ANY_PORT = 0;

    private static final String CONFIG = """
            # The configuration of this demo. Apex reads it again after each change and logs the result.
            listen_addr = "%s"
            backend_addrs = [%s]
            """;

    private final List<HttpServer> backends = new ArrayList<>();
    private final Console console;

    private Demo(Console console) {
        this.console = console;
    }

    static Demo start(Console console) {
        // otherwise each response waits for the client's delayed acknowledgement, 40 ms on Linux
        System.setProperty("sun.net.httpserver.nodelay", "true");
        var demo = new Demo(console);
        try {
            PORTS.forEach(port -> demo.backends.add(backend(port)));
        } catch (RuntimeException e) {
            demo.close();
            throw e;
        }
        console.line("Demo: backends on " + String.join(" and ", demo.addresses()));
        return demo;
    }

    /** Returns the arguments; without {@code --config}, writes a configuration and adds it. */
    Arguments withConfig(Arguments arguments) {
        if (arguments.config().isPresent()) {
            return arguments;
        }
        String listener = address(freePort(LISTENER_PORT));
        Path file = configFile(listener);
        console.line("Demo: run  curl http://" + listener + "  a few times");
        console.line("Demo: edit " + file + " to see a live reload; Ctrl-C stops the demo and removes the file");
        return arguments.with(file);
    }

    @Override
    public void close() {
        backends.forEach(backend -> backend.stop(0));
    }

    private List<String> addresses() {
        return backends.stream().map(backend -> address(backend.getAddress().getPort())).toList();
    }

    /** Returns the port if it is free, else any free port. */
    private static int freePort(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // ignores connections in TIME_WAIT
            socket.bind(local(port));
            return socket.getLocalPort();
        } catch (BindException e) {
            if (port == ANY_PORT) {
                throw new UncheckedIOException("--demo: no port is free: " + e.getMessage(), e);
            }
            return freePort(ANY_PORT);
        } catch (IOException e) {
            throw new UncheckedIOException("--demo: " + address(port) + ": " + e.getMessage(), e);
        }
    }

    private static InetSocketAddress local(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
    }

    private static HttpServer backend(int preferredPort) {
        int port = freePort(preferredPort);
        byte[] greeting = ("Hello from backend " + address(port) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            var server = HttpServer.create(local(port), 0);
            server.createContext("/", exchange -> {
                try (exchange) {
                    exchange.getRequestBody().readAllBytes();
                    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
                    exchange.sendResponseHeaders(200, greeting.length);
                    exchange.getResponseBody().write(greeting);
                }
            });
            server.start();
            return server;
        } catch (BindException e) {
            throw new Failure(ExitStatus.FAILED, "--demo: " + address(port)
                    + " is in use by another process: stop that process, or run without --demo", e);
        } catch (IOException e) {
            throw new UncheckedIOException("--demo: " + address(port) + ": " + e.getMessage(), e);
        }
    }

    private Path configFile(String listener) {
        try {
            Path directory = Files.createTempDirectory("apex-demo-");
            // runs also after a signal during the start, and deletes the backup files of editors
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory), "demo clean-up"));
            String list = addresses().stream().map(address -> '"' + address + '"').collect(Collectors.joining(", "));
            return Files.writeString(directory.resolve("config.toml"), CONFIG.formatted(listener, list));
        } catch (IOException e) {
            throw new UncheckedIOException("--demo: cannot write its configuration: " + e.getMessage(), e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            new Console(System.err).line("--demo: cannot delete " + directory + ": " + e.getMessage());
        }
    }

    private static String address(int port) {
        return "127.0.0.1:" + port;
    }
}
