package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.ApexProxy;
import io.apexproxy.runtime.cli.process.ReloadRequests;
import io.apexproxy.runtime.warmup.EchoServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * {@code apex archive}: a training run that starts a proxy, relays connections and stops. {@code bin/apex} starts the
 * JVM so that it writes an archive: an ahead-of-time cache (Java 25) or a class-data archive (Java 17).
 *
 * <p>The run uses the same code as {@code apex run}, because an archive contains only the classes and lambdas that were
 * used. It uses nothing else: each start loads all classes of an ahead-of-time cache, and they stay in memory.
 */
final class ArchiveCommand {

    private static final String CONFIG = """
            control_socket = "%s"
            [admin]
            listen_addr = "127.0.0.1:0"
            [listeners.web]
            listen_addr = "127.0.0.1:0"
            pool = "web"
            max_connections = 100
            [pools.web]
            backends = ["127.0.0.1:%d"]
            """;
    /**
     * The archive of Java 25 has profiles of the methods that were used often, for the compilers. With 300 connections
     * instead of 1, the first 2,000 of a process cost 0.64 instead of 0.98 s of processor time; 3,000 gain no more.
     */
    private static final int CONNECTIONS = 300;
    /** Tasks that run every second have run once after this time, so that the archive contains what they use. */
    private static final long REST_MILLIS = 1_500;
    private static final int NO_TIMEOUT = 0;

    private final Console console;
    private final Locations locations;
    private final ReloadRequests reloads;

    ArchiveCommand(Console console, Locations locations, ReloadRequests reloads) {
        this.console = console;
        this.locations = locations;
        this.reloads = reloads;
    }

    void run() throws Exception {
        Path directory = Files.createTempDirectory("apex-archive-");
        Path config = directory.resolve("config.toml");
        Path control = directory.resolve("control.sock");
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        try (EchoServer backend = new EchoServer()) {
            Files.writeString(config, CONFIG.formatted(control, backend.port()));
            RunCommand run = new RunCommand(console, locations, reloads);
            CompletableFuture<Void> trial = run.started().thenAcceptAsync(proxy -> {
                try {
                    use(proxy.orElseThrow());
                } catch (IOException e) {
                    throw new UncheckedIOException("archive: " + e.getMessage(), e);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                } finally {
                    run.stop();
                }
            }, command -> new Thread(command, "trial").start());
            run.run(StartArguments.read("run", "--config", config.toString(), "--plugins-dir", plugins.toString())
                    .orElseThrow());
            trial.join();
        } finally {
            Files.deleteIfExists(config);
            Files.delete(plugins);
            Files.delete(directory);
        }
    }

    private static void use(ApexProxy proxy) throws IOException, InterruptedException {
        SocketAddress listener = proxy.snapshot().listeners().get(0).addresses().get(0);
        for (int count = 0; count < CONNECTIONS; count++) {
            EchoServer.exchange(listener, NO_TIMEOUT);
        }
        Thread.sleep(REST_MILLIS);
    }
}
