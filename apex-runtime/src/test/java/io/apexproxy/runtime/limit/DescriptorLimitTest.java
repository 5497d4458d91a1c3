package io.apexproxy.runtime.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptorLimitTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            1024,                2,    1, 444
            524288,              2,    1, 262076
            1024,                64,   1, 320
            1024,                64,  20, 16
            16,                  1,    1, 16
            9223372036854775807, 1024, 9, 2147483647
            """)
    void whatTheLoopsAndTheirListenSocketsNeedIsKept(long descriptors, int loops, long addresses, int connections) {
        assertThat(DescriptorLimit.connections(descriptors, loops, addresses)).isEqualTo(connections);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            16,                  16
            64,                  16
            1024,                128
            524288,              65536
            9223372036854775807, 2147483647
            """)
    void probesGetAnEighthOfTheDescriptors(long descriptors, int probes) {
        assertThat(DescriptorLimit.probes(descriptors)).isEqualTo(probes);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            16,                  64
            1024,                65
            524288,              576
            9223372036854775807, 1024
            """)
    void adminEndpointGetsMoreConnectionsWhereThereArePlenty(long descriptors, int connections) {
        assertThat(DescriptorLimit.adminConnections(descriptors)).isEqualTo(connections);
    }
}
