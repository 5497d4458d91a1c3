package io.apexproxy.health.tcp;

import io.apexproxy.api.Backend;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.RefusedPort;
import io.apexproxy.health.probe.ProbePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/** A program that probes backends with and without free file descriptors, and prints the results. */
final class DescriptorLimitProbe {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final TcpCheck check;

    private DescriptorLimitProbe(TcpCheck check) {
        this.check = check;
    }

    /** Runs the program; the argument is the path of a Unix-domain socket that it creates. */
    public static void main(String[] arguments) throws Exception {
        var nothing = ByteBuffer.allocate(0);
        var path = UnixDomainSocketAddress.of(arguments[0]);
        try (var context = FakeContext.create();
                var check = new TcpCheck(new SendExpect(ProbePort.OF_BACKEND, nothing, nothing, false), context);
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
            var limit = lowerLimit();
            System.out.println(probe.of(tcp));
            System.out.println(probe.of(unix));
            limit.getOutputStream().close();
            requireSuccess(limit);
        }
    }

    private String of(Backend backend) throws Exception {
        try {
            return check.probe(backend, TIMEOUT).toCompletableFuture().get().toString();
        } catch (ExecutionException e) {
            return e.getCause().toString();
        }
    }

    /**
     * Lowers the limit of this process to a descriptor that is open. Descriptors that fill the limit would not do: the
     * JVM opens files at any time, and each one it closes is free for the probe.
     *
     * @return a process that raises the limit again after the end of its input
     */
    private static Process lowerLimit() throws IOException {
        var process = new ProcessBuilder("sh", "-ec", """
                prlimit --nofile=1: --pid="$1"
                echo lowered
                read -r line || prlimit --nofile=128: --pid="$1"
                """, "sh", String.valueOf(ProcessHandle.current().pid()))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        if (!"lowered".equals(process.inputReader().readLine())) {
            throw new IOException("the limit was not lowered");
        }
        return process;
    }

    private static void requireSuccess(Process process) throws Exception {
        if (process.waitFor() != 0) {
            throw new IOException("exit status " + process.exitValue());
        }
    }
}
