package io.apexproxy.runtime.buffer;

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

/** The cost of lending and releasing a buffer while no other buffer is lent. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BufferPoolBenchmark {

    private static final long BUFFER_MEMORY = 64L * 1024 * 1024;

    /** 1, 16 and 256 KiB. */
    @Param({"0", "4", "8"})
    private int size;

    private BufferPool pool;

    @Setup
    public void setUp() {
        pool = new BufferPool(new BufferMemory(BUFFER_MEMORY, 1), 0);
    }

    @Benchmark
    public int lendAndRelease() {
        Buffer buffer = pool.lend(size);
        pool.release(buffer);
        return buffer.size();
    }
}
