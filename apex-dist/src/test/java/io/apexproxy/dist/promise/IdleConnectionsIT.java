package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests that idle connections do not exhaust the heap: connections beyond the limit wait. */
@EnabledOnOs(OS.LINUX)
class IdleConnectionsIT extends Scenario {

    private static final Pattern LIMIT = Pattern.compile("Limits: .* (\\d+) connections$");
    private static final Pattern DESCRIPTORS = Pattern.compile("(?m)^Max open files\\s+\\d+\\s+(\\d+)");
    /** Two descriptors for each of about 4,000 connections, in this process and in Apex, and a reserve. */
    private static final int NEEDED = 9_000;
    private static final int BEYOND = 50;
    /** The default, 50, makes connections to the backend time out on a busy machine. */
    private static final int BACKLOG = 4096;

    private final Queue<SocketChannel> channels = new ConcurrentLinkedQueue<>();

    @AfterEach
    void closeChannels() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }

    @Test
    void connectionsBeyondTheHeapWait() throws IOException {
        assumeDescriptors();
        try (ServerSocketChannel backend = ServerSocketChannel.open()) {
            backend.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            acceptAll(backend);
            String address = "127.0.0.1:" + ((InetSocketAddress) backend.getLocalAddress()).getPort();
            apex.configure(Config.withBackends(address).health(Config.ONCE)
                    .listener("half_closed_timeout = \"100ms\"").toml()); // the backend never closes
            try (var process = apex.command().environment(Map.of("JDK_JAVA_OPTIONS", "-Xmx16m")).start();
                    var proxy = new Proxy(apex, process)) {
                int port = proxy.port();
                Matcher limit = LIMIT.matcher(proxy.awaitLine("Limits: "));
                assertThat(limit.find()).isTrue();
                int most = Integer.parseInt(limit.group(1));
                assertThat(most).isBetween(1_000, NEEDED / 2);

                List<SocketChannel> clients = new ArrayList<>();
                for (int client = 0; client < most + BEYOND; client++) {
                    clients.add(SocketChannel.open(new InetSocketAddress("127.0.0.1", port)));
                    channels.add(clients.get(client));
                }

                eventually(() -> proxy.connections() == most && proxy.metric("apex_connections_waiting") > 0);
                for (int client = 0; client < 2 * BEYOND; client++) {
                    clients.get(client).close();
                }
                eventually(() -> proxy.connections() == most - BEYOND
                        && proxy.metric("apex_connections_waiting") == 0);
                assertThat(process.isAlive()).isTrue();
            }
        }
    }

    private void acceptAll(ServerSocketChannel backend) {
        Thread thread = new Thread(() -> {
            while (backend.isOpen()) {
                try {
                    channels.add(backend.accept());
                } catch (IOException e) {
                    return; // closed by the test
                }
            }
        }, "idle backend");
        thread.setDaemon(true);
        thread.start();
    }

    private static void assumeDescriptors() throws IOException {
        Matcher limit = DESCRIPTORS.matcher(Files.readString(Path.of("/proc/self/limits")));
        Assumptions.assumeTrue(limit.find() && Integer.parseInt(limit.group(1)) >= NEEDED,
                "the limit of file descriptors is below " + NEEDED);
    }
}
