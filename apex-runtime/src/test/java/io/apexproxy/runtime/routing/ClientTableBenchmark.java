package io.apexproxy.runtime.routing;

import io.apexproxy.runtime.config.ClientLimits;
import io.apexproxy.runtime.routing.Claim.Admitted;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
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

/** Cost of a claim and its release, for event loops that share the table. Option {@code -t} sets their number. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClientTableBenchmark {

    @Param({"1", "1000", "100000"})
    private int clients;

    /** 0: no rate, so that an entry leaves at its last release. Else far more than the benchmark claims. */
    @Param({"0", "1000000000"})
    private int rate;

    /** Whether each client has another connection, so that its entry stays. */
    @Param({"false", "true"})
    private boolean connected;

    private ClientTable table;
    private SocketAddress[] addresses;

    @Setup
    public void create() throws UnknownHostException {
        table = new ClientTable(new ClientLimits(1_000, rate, 64, 100_000));
        addresses = new SocketAddress[clients];
        for (int i = 0; i < clients; i++) {
            byte[] address = ByteBuffer.allocate(4).putInt(10 << 24 | i).array();
            addresses[i] = new InetSocketAddress(InetAddress.getByAddress(address), 1234);
            if (connected) {
                table.claim(addresses[i], System.nanoTime());
            }
        }
    }

    /** The clients of one event loop, in random order. */
    @State(Scope.Thread)
    public static class Loop {
        private int state = new Random().nextInt();

        private int next(int bound) {
            state = state * 1_664_525 + 1_013_904_223; // Numerical Recipes, faster than Random
            return (int) ((Integer.toUnsignedLong(state) * bound) >>> Integer.SIZE);
        }
    }

    @Benchmark
    public Claim claimAndRelease(Loop loop) {
        long now = System.nanoTime();
        Claim claim = table.claim(addresses[loop.next(clients)], now);
        if (claim instanceof Admitted connection) {
            connection.release(now);
        }
        return claim;
    }
}
