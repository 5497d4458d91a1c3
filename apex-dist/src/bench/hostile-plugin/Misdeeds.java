package io.apexproxy.bench.hostile;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;

/** What every kind of plugin can do: throw, run out of stack, or never return. */
final class Misdeeds {

    private static final int MESSAGE_LENGTH = 100_000;

    private Misdeeds() {
    }

    /** Returns a random number from 0 to below a limit, by which a plugin selects a misdeed. */
    static int any(int limit) {
        return ThreadLocalRandom.current().nextInt(limit);
    }

    /** Returns a long text with control characters, which must not reach a terminal. */
    static String text() {
        return "\u001b[2J\u202e\r\n\0".repeat(MESSAGE_LENGTH / 8);
    }

    static <T> T fail() {
        throw new IllegalStateException(text());
    }

    static int overflow(int depth) {
        return 1 + overflow(depth + 1);
    }

    /** Never returns, and ignores interrupts. */
    static <T> T hang() {
        while (true) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                continue;
            }
        }
    }
}
