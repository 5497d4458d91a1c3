package io.apexproxy.runtime.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something to proxy on a bare machine: two small HTTP backends, and a configuration for them in a file of its own, so
 * that it can be edited and the reload watched.
 */
final class Demo implements AutoCloseable {

    private static final List<Integer> PORTS = List.of(9000, 9001);
    static final List<String> ADDRESSES = PORTS.stream().map(Demo::address).toList();

    private static final String CONFIG = """
            # The configuration of this demo. Apex watches it: save a change, and the log tells what became of it.
            listen_addr = "127.0.0.1:8081"
            backend_addrs = [%s]
            """;

    private final List<HttpServer> backends = new ArrayList<>();
    private final PrintStream out;

    private Demo(PrintStream out) {
        this.out = out;
    }

    static Demo start(PrintStream out) {
        // without it each answer waits for the client's delayed acknowledgement, 40 ms on Linux
        System.setProperty("sun.net.httpserver.nodelay", "true");
        var demo = new Demo(out);
        try {
            PORTS.forEach(port -> demo.backends.add(backend(port)));
        } catch (RuntimeException e) {
            demo.close();
            throw e;
        }
        out.println("Demo: backends on " + String.join(" and ", ADDRESSES));
        return demo;
    }

    /** Returns the arguments with the demo's configuration where the user gave none. */
    Arguments configured(Arguments arguments) {
        if (arguments.config().isPresent()) {
            return arguments;
        }
        Path file = configFile();
        out.println("Demo: try  curl http://127.0.0.1:8081  a few times");
        out.println("Demo: edit " + file + " to see a live reload; Ctrl-C ends and removes it");
        return new Arguments(Optional.of(file), arguments.pluginsDirectory(), true, arguments.verbose());
    }

    @Override
    public void close() {
        backends.forEach(backend -> backend.stop(0));
    }

    private static HttpServer backend(int port) {
        byte[] greeting = ("Hello from backend " + address(port) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
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
                    + " is in use by another process: end that one, or run without --demo", e);
        } catch (IOException e) {
            throw new UncheckedIOException("--demo: " + address(port) + ": " + e.getMessage(), e);
        }
    }

    private static Path configFile() {
        try {
            Path directory = Files.createTempDirectory("apex-demo-");
            // also runs when a signal ends the process before its time, and takes along what an editor left
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory), "demo clean-up"));
            String backends = ADDRESSES.stream().map(address -> '"' + address + '"').collect(Collectors.joining(", "));
            return Files.writeString(directory.resolve("config.toml"), CONFIG.formatted(backends));
        } catch (IOException e) {
            throw new UncheckedIOException("--demo: no place for its configuration: " + e.getMessage(), e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            System.err.println("--demo: left behind " + directory + ": " + e.getMessage());
        }
    }

    private static String address(int port) {
        return "127.0.0.1:" + port;
    }
}
