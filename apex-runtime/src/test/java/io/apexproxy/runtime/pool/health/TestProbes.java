package io.apexproxy.runtime.pool.health;

/** Test helpers that fill probe limits. */
public final class TestProbes {

    private TestProbes() {
    }

    /**
     * Fills a limit with running probes and adds waiting probes.
     *
     * @param limit a limit without probes
     * @param waiting the number of waiting probes
     */
    public static void exhaust(ProbeLimit limit, int waiting) {
        while (limit.running() < limit.max()) {
            limit.request("test", () -> {});
        }
        for (int i = 0; i < waiting; i++) {
            int number = i;
            limit.request("test", () -> started(number));
        }
    }

    private static void started(int number) {
        throw new IllegalStateException("probe " + number + " started; expected it to wait");
    }
}
