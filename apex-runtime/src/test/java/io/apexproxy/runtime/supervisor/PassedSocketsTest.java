package io.apexproxy.runtime.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.runtime.engine.linux.PassedDescriptor;
import io.apexproxy.runtime.engine.linux.PassedDescriptor.Kind;
import io.apexproxy.test.LogCapture;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the environment of socket activation, and of the messages about descriptors. */
class PassedSocketsTest {

    @AutoClose
    private final LogCapture log = LogCapture.ofApex();

    private static PassedSockets of(String count, String pid) {
        return PassedSockets.of(Map.of("LISTEN_FDS", count, "LISTEN_PID", pid), 17);
    }

    @Test
    void socketsOfThisProcessCount() {
        assertThat(of("2", "17").count()).isEqualTo(2);
        assertThat(of("1024", "17").count()).isEqualTo(1024);
        assertThat(of("0", "17").count()).isZero();
    }

    @Test
    void socketsOfAnotherProcessDoNotCount() {
        assertThat(of("2", "18").count()).isZero();
        assertThat(of("nonsense", "18").count()).isZero();
        assertThat(PassedSockets.of(Map.of("LISTEN_FDS", "2"), 17).count()).isZero();
        assertThat(PassedSockets.of(Map.of("LISTEN_PID", "17"), 17).count()).isZero();
        assertThat(PassedSockets.of(Map.of(), 17).count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1025", "-1", "two", "99999999999", " 1"})
    void invalidNumberIsAnError(String count) {
        assertThatThrownBy(() -> of(count, "17")).isInstanceOf(ConfigException.class)
                .hasMessage("LISTEN_FDS: expected a number of sockets up to 1024, found \"" + count + "\"");
    }

    @Test
    void engineThatCannotUseThemIsReported() {
        of("2", "17").warnOfEngine("select");
        of("0", "17").warnOfEngine("select");

        assertThat(log.lines()).singleElement().asString().startsWith("WARN LISTEN_FDS is 2: sockets that are passed in"
                + " this way are not used, because the engine is select").contains("StandardInput=socket");
    }

    @Test
    void descriptorsThatListenersCannotUseHaveAReason() {
        assertThat(problem(Kind.NO_SOCKET)).hasValueSatisfying(text -> assertThat(text)
                .startsWith("descriptor 4 is no socket"));
        assertThat(problem(Kind.NOT_STREAM)).hasValueSatisfying(text -> assertThat(text).contains("is not a stream"));
        assertThat(problem(Kind.NOT_LISTENING)).hasValueSatisfying(text -> assertThat(text).contains("Accept=no"));
        assertThat(problem(Kind.LISTENING)).hasValueSatisfying(text -> assertThat(text).contains("without a port"));
        assertThat(PassedSockets.problem(new PassedDescriptor(4, Kind.LISTENING,
                Optional.of(new InetSocketAddress("127.0.0.1", 80)), false))).isEmpty();
    }

    private static Optional<String> problem(Kind kind) {
        return PassedSockets.problem(new PassedDescriptor(4, kind, Optional.empty(), false));
    }

    @Test
    void withoutSocketsNothingIsAdopted() {
        assertThat(new PassedSockets(0).adopt()).isEmpty();
        assertThat(log.lines()).isEmpty();
    }
}
