package io.apexproxy.runtime.engine.sim;

import java.util.stream.LongStream;

/** The seeds of the contract tests. */
final class Seeds {

    private static final int COUNT = 20;

    private Seeds() {
    }

    static LongStream few() {
        return LongStream.range(0, COUNT);
    }
}
