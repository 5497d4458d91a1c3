package io.apexproxy.runtime.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptorLimitTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            1024,                2,    1, 379
            524288,              2,    1, 229052
            1024,                64,   1, 255
            1024,                64,  20, 16
            16,                  1,    1, 16
            9223372036854775807, 1024, 9, 2147483647
            """)
    void descriptorsOfLoopsAndListenSocketsAreReserved(long descriptors, int loops, long addresses, int connections) {
        assertThat(new DescriptorLimit(descriptors).connections(loops, 0, addresses)).isEqualTo(connections);
    }

    @ParameterizedTest
    @CsvSource({"256", "1024", "4096", "65536", "524288", "2097152"})
    void allDescriptorsTogetherFitTheLimit(long descriptors) {
        DescriptorLimit limit = new DescriptorLimit(descriptors);
        int loops = 4;
        long addresses = 3;

        long opened = 2L * limit.connections(loops, 0, addresses) + limit.probes() + limit.adminConnections()
                + loops * (3 + addresses) + 64;

        assertThat(opened).isLessThanOrEqualTo(descriptors);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Max open files            1024                 524288               files | 1024
            Max open files            unlimited            unlimited            files | 9223372036854775807
            Max processes             15                   15                   processes | 1024
            Max open files            many                 more                 files | 1024
            """)
    void softLimitIsRead(String line, long descriptors, @TempDir Path directory) throws IOException {
        Path limits = Files.writeString(directory.resolve("limits"), "Limit  Soft Limit  Hard Limit  Units\n" + line);

        assertThat(DescriptorLimit.of(limits)).isEqualTo(new DescriptorLimit(descriptors));
    }

    @Test
    void defaultIsAssumedWithoutAFile(@TempDir Path directory) {
        assertThat(DescriptorLimit.of(directory.resolve("none"))).isEqualTo(new DescriptorLimit(1024));
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
        assertThat(new DescriptorLimit(descriptors).probes()).isEqualTo(probes);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            16,                  64
            1024,                65
            524288,              576
            9223372036854775807, 1024
            """)
    void adminConnectionsGrowWithTheDescriptors(long descriptors, int connections) {
        assertThat(new DescriptorLimit(descriptors).adminConnections()).isEqualTo(connections);
    }
}
