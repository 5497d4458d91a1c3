package io.apexproxy.health.tcp;

import io.apexproxy.api.Backend;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.RefusedPort;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;

/** A process that probes backends with and without file descriptors to spare, and prints the results. */
final class StarvedProbe {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final TcpCheck check;

    private StarvedProbe(TcpCheck check) {
        this.check = check;
    }

    /** The argument is the path of a Unix-domain socket to come. */
    public static void main(String[] arguments) throws Exception {
        var timer = Executors.newScheduledThreadPool(1, task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });
        var nothing = ByteBuffer.allocate(0);
        var path = UnixDomainSocketAddress.of(arguments[0]);
        try (var check = new TcpCheck(new SendExpect(SendExpect.PORT_OF_BACKEND, nothing, nothing), timer);
                var refused = new RefusedPort();
                var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var local = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            local.bind(path);
            var probe = new StarvedProbe(check);
            var tcp = FakeBackend.at(server.getLocalSocketAddress());
            var unix = FakeBackend.at(path);
            System.out.println(probe.of(tcp));
            System.out.println(probe.of(unix));
            // from here on no class can be loaded from a directory: a failed connection loads what failures need
            System.out.println(probe.of(refused.backend()));
            HealthResult.inconclusive("").toString();
            System.out.println(probe.withDescriptors(0, tcp));
            System.out.println(probe.withDescriptors(0, unix));
            // enough for the socket, but not for what waits for it
            System.out.println(probe.withDescriptors(1, unix));
        }
    }

    private HealthResult of(Backend backend) throws Exception {
        return check.probe(backend, TIMEOUT).toCompletableFuture().get();
    }

    private HealthResult withDescriptors(int spare, Backend backend) throws Exception {
        Deque<FileInputStream> eaten = new ArrayDeque<>();
        try {
            while (true) {
                eaten.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException full) {
            for (int i = 0; i < spare; i++) {
                eaten.remove().close();
            }
            return of(backend);
        } finally {
            for (FileInputStream file : eaten) {
                file.close();
            }
        }
    }
}
