package io.apexproxy.runtime.pool.health;

/** Occupies limits of probes for tests of other packages. */
public final class TestProbes {

    private TestProbes() {
    }

    /**
     * Has so many probes run that no further one may, and others wait.
     *
     * @param limit which no probe uses yet
     * @param waiting how many wait
     */
    public static void exhaust(ProbeLimit limit, int waiting) {
        while (limit.running() < limit.max()) {
            limit.request("test", () -> { });
        }
        for (int i = 0; i < waiting; i++) {
            int number = i;
            limit.request("test", () -> started(number));
        }
    }

    private static void started(int number) {
        throw new IllegalStateException("probe " + number + " was to wait");
    }
}
