package io.apexproxy.runtime.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapLimitTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            15,    3686
            128,   49971
            256,   102400
            1024,  416972
            4,     16
            8388608, 2147483647
            """)
    void connectionsGrowWithTheHeap(long mebibytes, int connections) {
        assertThat(HeapLimit.connections(mebibytes << 20)).isEqualTo(connections);
    }
}
