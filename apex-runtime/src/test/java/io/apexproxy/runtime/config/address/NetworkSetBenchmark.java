package io.apexproxy.runtime.config.address;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Cost of a search for a client address in a set of 100,000 random networks. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NetworkSetBenchmark {

    private static final int NETWORKS = 100_000;
    private static final int CLIENTS = 1 << 16;

    /** The bytes of an address: IPv4 or IPv6. */
    @Param({"4", "16"})
    private int bytes;

    private NetworkSet networks;
    private SocketAddress[] clients;
    private int next;

    /** Half of the clients are in the set. The networks are /24 or /56, as in lists of countries. */
    @Setup
    public void create() throws UnknownHostException {
        Random random = new Random(18);
        int prefix = bytes == 4 ? 24 : 56;
        List<Network> list = new ArrayList<>();
        clients = new SocketAddress[CLIENTS];
        for (int i = 0; i < NETWORKS; i++) {
            byte[] address = new byte[bytes];
            random.nextBytes(address);
            list.add(new Network(AddressBits.of(InetAddress.getByAddress(address)).masked(prefix), prefix));
            if (i % 2 == 0) {
                random.nextBytes(address);
            }
            clients[i % CLIENTS] = new InetSocketAddress(InetAddress.getByAddress(address), 1234);
        }
        networks = new NetworkSet(list);
    }

    @Benchmark
    public boolean contains() {
        next = (next + 1) % CLIENTS;
        return networks.contains(clients[next]);
    }
}
