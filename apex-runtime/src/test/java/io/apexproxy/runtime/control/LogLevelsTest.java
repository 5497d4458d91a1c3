package io.apexproxy.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogLevelsTest {

    private final LogLevels levels = new LogLevels();

    @Test
    void levelIsChangedAndReset() throws BadQueryException {
        Logger logger = LoggerFactory.getLogger("test.levels.child");
        boolean before = logger.isTraceEnabled();

        assertThat(levels.change("test.levels", "trace")).isEqualTo("TRACE");
        assertThat(logger.isTraceEnabled()).isTrue();
        levels.change("test.levels", "OFF");
        assertThat(logger.isErrorEnabled()).isFalse();

        levels.change("test.levels", "default");
        assertThat(logger.isTraceEnabled()).isEqualTo(before);
        assertThat(logger.isErrorEnabled()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            apex       | loud  | level: expected TRACE, DEBUG, INFO, WARN, ERROR, OFF or default, found 'loud'
            a b        | INFO  | logger: expected a name such as apex.relay, or ROOT, found 'a b'
            apex..x    | INFO  | logger: expected a name such as apex.relay, or ROOT, found 'apex..x'
            """)
    void mistakesAreNamed(String logger, String level, String message) {
        assertThatThrownBy(() -> levels.change(logger, level)).isInstanceOf(BadQueryException.class)
                .hasMessage(message);
    }

    @Test
    void numberOfChangedLoggersIsBounded() throws BadQueryException {
        for (int i = 0; i < 100; i++) {
            levels.change("test.bound.l" + i, "INFO");
        }

        assertThatThrownBy(() -> levels.change("test.bound.more", "INFO")).isInstanceOf(BadQueryException.class)
                .hasMessageStartingWith("the levels of 100 loggers are changed");
        levels.change("test.bound.l0", "default");
        assertThat(levels.change("test.bound.more", "WARN")).isEqualTo("WARN");
    }
}
