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
import java.util.Objects;
import java.util.concurrent.Executors;

/** A program that probes backends with and without free file descriptors, and prints the results. */
final class DescriptorLimitProbe {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final TcpCheck check;

    private DescriptorLimitProbe(TcpCheck check) {
        this.check = check;
    }

    /** Runs the program; the argument is the path of a Unix-domain socket that it creates. */
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
            var probe = new DescriptorLimitProbe(check);
            var tcp = FakeBackend.at(server.getLocalSocketAddress());
            var unix = FakeBackend.at(path);
            System.out.println(probe.of(tcp));
            System.out.println(probe.of(unix));
            // load the classes for failures now: class files cannot be opened without descriptors
            System.out.println(probe.of(refused.backend()));
            Objects.requireNonNull(HealthResult.inconclusive("").toString());
            System.out.println(probe.withDescriptors(0, tcp));
            System.out.println(probe.withDescriptors(0, unix));
            // enough for the socket, but not for the selector
            System.out.println(probe.withDescriptors(1, unix));
        }
    }

    private HealthResult of(Backend backend) throws Exception {
        return check.probe(backend, TIMEOUT).toCompletableFuture().get();
    }

    private HealthResult withDescriptors(int spare, Backend backend) throws Exception {
        Deque<FileInputStream> open = new ArrayDeque<>();
        try {
            while (true) {
                open.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException full) {
            for (int i = 0; i < spare; i++) {
                open.remove().close();
            }
            return of(backend);
        } finally {
            for (FileInputStream file : open) {
                file.close();
            }
        }
    }
}
