package io.apexproxy.runtime.pool.backend;

/** A factory of traffic counters for tests of other packages. */
public final class TestTraffic {

    private TestTraffic() {
    }

    /** Returns counters for one loop. */
    public static Traffic forOneLoop() {
        return new Traffic(1);
    }
}
