package io.apexproxy.lb.roundrobin;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apexproxy.api.Backend;
import io.apexproxy.api.testkit.FakeBackend;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SmoothSequenceTest {

    @Test
    void cycleContainsBackendsByWeight() {
        var backends = backends(new Random(1).ints(50, 1, 257).toArray());

        var counts = counts(SmoothSequence.of(backends));

        assertThat(backends).allSatisfy(backend -> assertThat(counts.get(backend)).isEqualTo(backend.weight()));
    }

    @Test
    void everyPrefixIsCloseToTheShares() {
        var backends = backends(17, 5, 3, 3, 1);
        var sequence = SmoothSequence.of(backends);
        double total = sequence.length;

        for (int picks = 1; picks <= sequence.length; picks++) {
            var counts = counts(Arrays.copyOf(sequence, picks));
            for (Backend backend : backends) {
                assertThat((double) counts.getOrDefault(backend, 0L))
                        .isCloseTo(picks * backend.weight() / total, within(2.0));
            }
        }
    }

    @Test
    void commonDivisorsShortenTheCycle() {
        assertThat(SmoothSequence.of(backends(256, 128, 64))).hasSize(4 + 2 + 1);
        assertThat(SmoothSequence.of(backends(256, 256, 256))).hasSize(3);
    }

    @Test
    void cycleIsExactUpToMaxLength() {
        int[] weights = new int[256];
        Arrays.fill(weights, 256);
        weights[0] = 255;

        assertThat(SmoothSequence.of(backends(weights))).hasSize(SmoothSequence.MAX_LENGTH - 1);
    }

    @Test
    void tooLongCycleIsApproximated() {
        // given a cycle of about 2 * 10^9 picks
        var backends = backends(1_500_000_001, 500_000_000, 1);

        var sequence = SmoothSequence.of(backends);
        var counts = counts(sequence);

        assertThat(sequence).hasSizeLessThanOrEqualTo(SmoothSequence.MAX_LENGTH + backends.size());
        assertThat((double) counts.get(backends.get(0)) / sequence.length).isCloseTo(0.75, within(0.001));
        assertThat((double) counts.get(backends.get(1)) / sequence.length).isCloseTo(0.25, within(0.001));
        assertThat(counts.get(backends.get(2))).as("picks of the lightest backend").isEqualTo(1);
    }

    @Test
    void moreBackendsThanMaxLengthAreAllIncluded() {
        int[] weights = new int[SmoothSequence.MAX_LENGTH + 1];
        Arrays.fill(weights, 1);
        weights[0] = 2;

        assertThat(SmoothSequence.of(backends(weights))).doesNotHaveDuplicates().hasSize(weights.length);
    }

    private static List<Backend> backends(int... weights) {
        return IntStream.range(0, weights.length)
                .<Backend>mapToObj(i -> FakeBackend.of("b" + i, weights[i]))
                .toList();
    }

    private static Map<Backend, Long> counts(Backend[] sequence) {
        return Arrays.stream(sequence).collect(groupingBy(backend -> backend, counting()));
    }
}
