package io.apexproxy.runtime.pool.backend;

/** Creates counters of traffic for tests of other packages. */
public final class TestTraffic {

    private TestTraffic() {
    }

    /** Returns counters for one loop, all 0. */
    public static Traffic forOneLoop() {
        return new Traffic(1);
    }
}
