package io.apexproxy.dist.promise;

import static io.apexproxy.test.Bytes.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests of clients that start a download and do not read it. Other clients are not delayed, and the memory is bounded.
 *
 * <p>The limits are far above the expected values, so that the test passes on a busy machine. {@code src/bench/compare
 * --only stalled} measures the values.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StalledReadersIT extends Scenario {

    private static final int READERS = 200;
    private static final int PINGS = 300;
    private static final Duration LONGEST_PING = Duration.ofSeconds(5);
    /** Two buffers of 64 KiB for each reader are 25 MiB; the rest is for the JVM. */
    private static final int GROWTH_BYTES = 64 * MIB;

    private static final String LITTLE_MEMORY = "buffer_memory = \"1MiB\"";
    private static final int READERS_WITH_LITTLE_MEMORY = 40;
    private static final int NEW_CLIENTS = 20;

    private final List<Client> readers = new ArrayList<>();
    private final List<Client> others = new ArrayList<>();
    private final int otherPort = FreePorts.next();
    private TestServer echo;
    private TestServer endless;

    @BeforeEach
    void startBackends() {
        echo = TestServer.echo();
        endless = TestServer.serving(socket -> {
            if (!TestServer.sendsNothing(socket)) {
                byte[] zeros = new byte[MIB];
                while (true) {
                    socket.getOutputStream().write(zeros); // until the connection ends
                }
            }
        });
    }

    @AfterEach
    void closeClients() {
        Stream.concat(readers.stream(), others.stream()).forEach(Client::reset);
        endless.close();
        echo.close();
    }

    @Test
    void stalledReadersDelayNoPingAndUseBoundedMemory() {
        try (var proxy = startWith("")) {
            Client pinging = connectOther();
            ping(pinging, PINGS); // the JVM has loaded and compiled what pings need
            double before = resident(proxy);

            stall(proxy, READERS);
            Duration whileBuffersFill = ping(pinging, PINGS);
            proxy.awaitFullBuffers(endless, "to_client");
            Duration longest = ping(pinging, PINGS);

            assertThat(proxy.connections()).isEqualTo(READERS);
            assertThat(whileBuffersFill).isLessThan(LONGEST_PING);
            assertThat(longest).isLessThan(LONGEST_PING);
            assertThat(resident(proxy) - before).isLessThan(GROWTH_BYTES);
        }
    }

    @Test
    void newClientsAreServedWhileStalledReadersUseAllBufferMemory() {
        try (var proxy = startWith(LITTLE_MEMORY)) {
            stall(proxy, READERS_WITH_LITTLE_MEMORY);
            proxy.awaitFullBuffers(endless, "to_client");

            for (int i = 0; i < NEW_CLIENTS; i++) {
                connectOther().send("!");
            }

            Awaitility.await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> assertThat(
                    others.stream().filter(Client::hasUnreadBytes)).as("clients served").hasSize(NEW_CLIENTS));
        }
    }

    /** Starts a proxy with a listener and a pool for readers, and another listener and pool for other clients. */
    private Proxy startWith(String settings) {
        Proxy proxy = start(Config.withBackends(endless.address()).settings(settings).health(Config.ONCE).and("""
                [listeners.other]
                listen_addr = "127.0.0.1:%d"
                pool = "other"
                [pools.other]
                backends = ["%s"]
                [pools.other.health_check]
                %s
                """.formatted(otherPort, echo.address(), Config.ONCE)));
        eventually(() -> proxy.ports().size() == 2);
        return proxy;
    }

    /** Connects clients that start a download and do not read. */
    private void stall(Proxy proxy, int count) {
        int port = proxy.ports().stream().filter(each -> each != otherPort).findFirst().orElseThrow();
        for (int i = 0; i < count; i++) {
            readers.add(Client.to(port).send("?"));
        }
    }

    private Client connectOther() {
        Client client = Client.to(otherPort);
        others.add(client);
        return client;
    }

    /** Sends pings; returns the longest time to an answer. */
    private static Duration ping(Client client, int count) {
        long longest = 0;
        for (int i = 0; i < count; i++) {
            long began = System.nanoTime();
            assertThat(client.echo("ping")).isEqualTo("ping");
            longest = Math.max(longest, System.nanoTime() - began);
        }
        return Duration.ofNanos(longest);
    }

    private static double resident(Proxy proxy) {
        return proxy.metric("process_resident_memory_bytes");
    }
}
