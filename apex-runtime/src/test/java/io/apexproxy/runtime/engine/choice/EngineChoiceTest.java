package io.apexproxy.runtime.engine.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.runtime.config.ProxyConfig.EngineName;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests of the choice on a process that can or cannot have epoll. */
class EngineChoiceTest {
    private static final Optional<String> WITHOUT_EPOLL = EngineChoice.unavailability(EngineName.EPOLL);
    private static final int PIPES = 3;

    @Test
    void selectIsAlwaysAvailableAndHasNoReason() {
        assertThat(EngineChoice.of(EngineName.SELECT, PIPES)).hasToString("select");
        assertThat(EngineChoice.of(EngineName.SELECT, PIPES).engine().pipesPerLoop()).isZero();
        assertThat(EngineChoice.unavailability(EngineName.SELECT)).isEmpty();
        assertThat(EngineChoice.unavailability(EngineName.AUTO)).isEmpty();
    }

    @Test
    void autoIsEpollWhereThatIsAvailable() {
        assumeTrue(WITHOUT_EPOLL.isEmpty(), "epoll is not available");

        EngineChoice choice = EngineChoice.of(EngineName.AUTO, PIPES);

        assertThat(choice).hasToString("epoll");
        assertThat(choice.engine().pipesPerLoop()).isEqualTo(PIPES);
    }

    @Test
    void autoIsSelectWithTheReasonElsewhere() {
        assumeFalse(WITHOUT_EPOLL.isEmpty(), "epoll is available");

        assertThat(EngineChoice.of(EngineName.AUTO, PIPES))
                .hasToString("select (without epoll: " + WITHOUT_EPOLL.get() + ")");
    }
}
