package io.apexproxy.runtime.engine.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the layout of {@code struct epoll_event}, which {@code <sys/epoll.h>} packs on x86-64 only. */
class EpollEventsTest {

    @ParameterizedTest
    @CsvSource({"amd64, 4", "aarch64, 8"})
    void dataFollowsTheEventsWithThePaddingOfTheArchitecture(String architecture, int expected) {
        assertThat(EpollEvents.dataAt(architecture)).isEqualTo(expected);
    }
}
