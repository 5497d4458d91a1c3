package io.apexproxy.runtime.pool;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.lb.roundrobin.RoundRobinProvider;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** The cost of a round-robin pick on two threads, without and with the claim of a connection. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(PickBenchmark.LOOPS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PickBenchmark {

    static final int LOOPS = 2;
    private static final int BACKENDS = 4;

    private BackendPicker picker;

    @Setup
    public void setUp() {
        List<Backend> backends = new ArrayList<>();
        for (int i = 0; i < BACKENDS; i++) {
            HostPort address = new HostPort("127.0.0.1", 9000 + i);
            // null for pool, settings, context and connection, because the benchmark does not use them
            backends.add(new BackendState(null, address.toString(),
                    new InetSocketAddress(address.host(), address.port()),
                    new BackendConfig(address.toString(), address, 1, 0), ProxyVersion.OFF, Optional::empty, LOOPS));
        }
        picker = new RoundRobinProvider().create(null, null).over(backends);
    }

    @Benchmark
    public Backend roundRobin() {
        return picker.pick(null);
    }

    @Benchmark
    public Backend roundRobinAndClaim() {
        BackendState backend = (BackendState) picker.pick(null);
        backend.claim();
        backend.release();
        return backend;
    }
}
