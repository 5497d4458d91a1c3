package io.apexproxy.health.tcp;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.RefusedPort;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/** A process that probes a backend once with and once without a file descriptor to spare, and prints the results. */
final class StarvedProbe {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private StarvedProbe() {
    }

    public static void main(String[] arguments) throws Exception {
        var timer = Executors.newScheduledThreadPool(1, task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });
        var nothing = ByteBuffer.allocate(0);
        try (var check = new TcpCheck(new Dialogue(Dialogue.PORT_OF_BACKEND, nothing, nothing), timer);
                var refused = new RefusedPort();
                var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var backend = FakeBackend.at(server.getLocalSocketAddress());
            System.out.println(check.probe(backend, TIMEOUT).toCompletableFuture().get());
            // from here on no class can be loaded from a directory: a failed connection loads what failures need
            System.out.println(check.probe(refused.backend(), TIMEOUT).toCompletableFuture().get());
            HealthResult.inconclusive("").toString();
            System.out.println(starved(() -> check.probe(backend, TIMEOUT).toCompletableFuture().get()));
        }
    }

    private static <T> T starved(Callable<T> task) throws Exception {
        List<FileInputStream> eaten = new ArrayList<>();
        try {
            while (true) {
                eaten.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException full) {
            return task.call();
        } finally {
            for (FileInputStream file : eaten) {
                file.close();
            }
        }
    }
}
