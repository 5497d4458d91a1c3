package io.apexproxy.runtime.pool.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AddressChoiceTest {

    private final AddressChoice choice = new AddressChoice("web");

    @Test
    void atMostTheLimitIsUsed() {
        assertThat(choose(List.of(), addresses(1, 5_000), 256)).containsExactlyElementsOf(addresses(1, 256));
        assertThat(choose(List.of(), addresses(1, 3), 256)).containsExactlyElementsOf(addresses(1, 3));
    }

    @Test
    void newOrderOfAddressesReplacesNone() {
        Set<InetSocketAddress> used = choose(List.of(), addresses(1, 1_000), 256);
        List<InetSocketAddress> shuffled = new ArrayList<>(addresses(1, 1_000));
        Random random = new Random(16);
        for (int i = 0; i < 10; i++) {
            Collections.shuffle(shuffled, random);
            assertThat(choose(used, shuffled, 256)).containsExactlyElementsOf(used);
        }
    }

    @Test
    void missingAddressesAreReplaced() {
        assertThat(choose(addresses(1, 3), addresses(2, 10), 3))
                .containsExactlyElementsOf(addresses(2, 4));
    }

    @Test
    void smallerLimitRemovesLastAddresses() {
        assertThat(choose(addresses(1, 10), addresses(1, 10), 4)).containsExactlyElementsOf(addresses(1, 4));
    }

    @Test
    void singleAddressInUseIsKept() {
        assertThat(choice.choose(addresses(7, 7), new LinkedHashSet<>(addresses(1, 10)), "app", true, 256))
                .containsExactlyElementsOf(addresses(7, 7));
    }

    private Set<InetSocketAddress> choose(Collection<InetSocketAddress> used, Collection<InetSocketAddress> found,
            int max) {
        return choice.choose(used, new LinkedHashSet<>(found), "app", false, max);
    }

    private static List<InetSocketAddress> addresses(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(i -> new InetSocketAddress("10.0." + i / 256 + "." + i % 256, 9000)).toList();
    }
}
