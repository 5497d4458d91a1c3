package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.MemoryGroup;
import io.apexproxy.dist.harness.Namespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests that Apex derives its limits from 512 MiB of memory and serves thousands of connections. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "requires control groups")
class SmallMemoryIT extends Scenario {

    private static final long MIB = 1 << 20;
    private static final long MEMORY = 512 * MIB;
    /** The default maximum of the heap, a quarter of the memory; the metric excludes one survivor space. */
    private static final long HEAP = MEMORY / 4;
    private static final int CLIENTS = 2_000;
    /** Two descriptors per connection, in Apex and in this process, and a reserve. */
    private static final int DESCRIPTORS = 5_000;
    private static final int BACKLOG = 1_000;
    private static final Pattern LIMIT = Pattern.compile("Limits: .* (\\d+) connections$");

    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

    @AfterEach
    void closeClients() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void servesThousandsOfConnections() throws IOException {
        assumeTrue(Namespaces.isPossible(List.of("prlimit", "--nofile=" + DESCRIPTORS + ":" + DESCRIPTORS)),
                "the limit of file descriptors is below " + DESCRIPTORS);
        var group = MemoryGroup.limitedTo(MEMORY);
        assumeTrue(group.isPresent(), "root makes control groups");
        try (var memory = group.get();
                var backend = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress())) {
            echoOneByteEach(backend);
            apex.configure(Config.withBackends("127.0.0.1:" + backend.getLocalPort()).health(Config.ONCE).toml());
            try (var proxy = startBy(memory.command())) {
                int port = proxy.port();
                for (int client = 0; client < CLIENTS; client++) {
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                    sockets.add(socket);
                    socket.getOutputStream().write('?');
                    assertThat(socket.getInputStream().read()).isEqualTo('?');
                }

                assertThat(proxy.connections()).isEqualTo(CLIENTS);
                Matcher limit = LIMIT.matcher(proxy.awaitLine("Limits: "));
                assertThat(limit.find()).isTrue();
                assertThat(Integer.parseInt(limit.group(1))).isGreaterThan(CLIENTS);
                assertThat(proxy.metric("jvm_memory_max_bytes{area=\"heap\"}"))
                        .isBetween(0.9 * HEAP, 1.0 * HEAP);
                assertThat(proxy.metric("apex_buffer_limit_bytes")).isEqualTo(MEMORY / 4);
                assertThat(proxy.metric("process_resident_memory_bytes")).isLessThan(MEMORY);
                assertThat(proxy.process().isAlive()).isTrue();
                assertThat(proxy.lines("OutOfMemory")).isEmpty();
            }
        }
    }

    /** Echoes the first byte of each connection. A probe closes without sending a byte. */
    private void echoOneByteEach(ServerSocket backend) {
        Thread thread = new Thread(() -> {
            while (!backend.isClosed()) {
                try {
                    Socket client = backend.accept();
                    sockets.add(client);
                    int first = client.getInputStream().read();
                    if (first < 0) {
                        client.close();
                    } else {
                        client.getOutputStream().write(first);
                    }
                } catch (IOException e) {
                    // a client has closed, or the test is over
                }
            }
        }, "echo");
        thread.setDaemon(true);
        thread.start();
    }
}
