package io.apexproxy.runtime.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuccessionTest {

    private final List<String> events = new ArrayList<>();
    private final Succession succession = new Succession(() -> Handover.NONE, () -> events.add("stopped listening"));
    private final long ownPid = ProcessHandle.current().pid();

    private static Process sleeping() throws Exception {
        return new ProcessBuilder("sleep", "600").start();
    }

    @Test
    void successorThatRetiresThisProcess() {
        succession.onRetire(() -> events.add("ends"));
        assertThat(succession.isInProgress()).isFalse();

        assertThat(succession.announce(ownPid)).isEqualTo(Handover.NONE);
        assertThat(succession.isInProgress()).isTrue();
        assertThat(events).isEmpty();

        succession.retire(ownPid);
        assertThat(events).containsExactly("stopped listening", "ends");
        assertThatThrownBy(() -> succession.announce(ownPid)).isInstanceOf(TakeoverException.class)
                .hasMessage("this process has been taken over already, and drains");
        assertThatThrownBy(() -> succession.retire(ownPid)).isInstanceOf(TakeoverException.class);
        assertThat(events).hasSize(2);
    }

    @Test
    void secondSuccessorIsRefusedWhileTheFirstOneIsAlive() throws Exception {
        succession.onRetire(() -> events.add("ends"));
        Process first = sleeping();
        succession.announce(first.pid());

        assertThatThrownBy(() -> succession.announce(ownPid)).isInstanceOf(TakeoverException.class)
                .hasMessage("process " + first.pid()
                        + " takes over already; if it does not get ready, end it and try again");
        assertThatThrownBy(() -> succession.retire(ownPid)).isInstanceOf(TakeoverException.class);
        first.destroyForcibly().onExit().join();
        assertThat(succession.isInProgress()).isFalse();

        succession.announce(ownPid);
        assertThat(succession.isInProgress()).isTrue();
    }

    @Test
    void processWithoutAnActionCannotBeTakenOver() {
        assertThatThrownBy(() -> succession.announce(ownPid)).isInstanceOf(TakeoverException.class)
                .hasMessageContaining("cannot be taken over");
        assertThat(succession.isInProgress()).isFalse();
    }

    @Test
    void processThatDoesNotExistIsNoSuccessor() throws Exception {
        succession.onRetire(() -> events.add("ends"));
        Process ended = sleeping();
        ended.destroyForcibly().onExit().join();

        assertThatThrownBy(() -> succession.announce(ended.pid())).isInstanceOf(TakeoverException.class)
                .hasMessage("there is no process " + ended.pid() + ": both processes must run in the same container");
    }
}
