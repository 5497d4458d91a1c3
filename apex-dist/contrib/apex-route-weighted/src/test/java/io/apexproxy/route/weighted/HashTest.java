package io.apexproxy.route.weighted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HashTest {

    /** The generator of the JDK has the same function. */
    @Test
    void hashIsTheFirstNumberOfSplitMix64() {
        assertThat(Hash.of(0)).isEqualTo(0xe220a8397b1dcdafL);
        assertThat(LongStream.of(1, -1, 1_234_567, Long.MIN_VALUE, Long.MAX_VALUE)).allSatisfy(
                seed -> assertThat(Hash.of(seed)).isEqualTo(new SplittableRandom(seed).nextLong()));
    }

    @Test
    void similarTextsHaveDifferentHashes() {
        assertThat(IntStream.range(0, 10_000).mapToObj(i -> Hash.of("pool-" + i))).doesNotHaveDuplicates();
        assertThat(Hash.of("Aa")).isNotEqualTo(Hash.of("BB")); // equal with String.hashCode
        assertThat(Hash.of("")).isNotEqualTo(Hash.of("\0"));
    }

    @Test
    void fractionIsBetweenZeroAndOne() {
        assertThat(LongStream.of(0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE)).allSatisfy(
                hash -> assertThat(Hash.fraction(hash)).isStrictlyBetween(0.0, 1.0));
        assertThat(Hash.fraction(Long.MIN_VALUE)).isGreaterThan(0.5);
        assertThat(Hash.fraction(Long.MAX_VALUE)).isLessThan(0.5);
    }
}
