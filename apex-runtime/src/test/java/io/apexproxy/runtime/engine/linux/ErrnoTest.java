package io.apexproxy.runtime.engine.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.limit.LocalFailure;
import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the exceptions of error numbers. The expected ones are those of {@code SocketChannel}. */
class ErrnoTest {

    @ParameterizedTest
    @CsvSource({"111, java.net.ConnectException, Connection refused",
        "110, java.net.ConnectException, Connection timed out",
        "113, java.net.NoRouteToHostException, No route to host",
        "101, java.net.SocketException, Network is unreachable",
        "98, java.net.BindException, Address already in use",
        "99, java.net.BindException, Cannot assign requested address",
        "13, java.net.BindException, Permission denied", "24, java.net.SocketException, Too many open files",
        "4095, java.net.SocketException, error 4095"})
    void failureOfASocketHasTheTypeAndTextOfTheJdk(int errno, Class<?> type, String text) {
        assertThat(Errno.socketFailure(errno)).isExactlyInstanceOf(type).hasMessage(text);
    }

    @Test
    void failureOfATransferHasTheTypeAndTextOfTheJdk() {
        assertThat(Errno.readFailure(104)).isInstanceOf(SocketException.class).hasMessage("Connection reset");
        assertThat(Errno.readFailure(110)).isExactlyInstanceOf(IOException.class).hasMessage("Connection timed out");
        assertThat(Errno.failure(32)).isExactlyInstanceOf(IOException.class).hasMessage("Broken pipe");
    }

    @ParameterizedTest
    @CsvSource({"24, true", "23, true", "105, true", "12, true", "99, true", "111, false", "110, false"})
    void lackOfResourcesIsALocalFailure(int errno, boolean expected) {
        assertThat(LocalFailure.is(Errno.socketFailure(errno))).isEqualTo(expected);
    }
}
