package io.apexproxy.runtime.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.LogCapture;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BufferLimitTest {

    private static final long MIB = 1L << 20;

    @ParameterizedTest(name = "{0} MiB")
    @CsvSource(textBlock = """
            65536, 512
            2048,  512
            2047,  511
            512,   128
            2,       1
            """)
    void defaultIsAQuarterOfTheMemoryAndAtMost512MiB(long memory, long expected) {
        assertThat(BufferLimit.ofMemory(memory * MIB) / MIB).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} MiB of {1} MiB")
    @CsvSource(textBlock = """
            512, 8796093022207, 512
            448,           512, 448
            449,           512, 448
            512,            64,  56
            512,             1,   1
            """)
    void anEighthOfTheJvmLimitIsReserved(long wanted, long allowed, long expected) {
        assertThat(BufferLimit.within(wanted * MIB, allowed * MIB) / MIB).isEqualTo(expected);
    }

    @Test
    void configuredLimitAboveTheJvmLimitIsLogged() {
        long heap = Runtime.getRuntime().maxMemory(); // the default limit for direct buffers
        try (LogCapture log = LogCapture.ofApex()) {
            assertThat(BufferLimit.bytes(OptionalLong.of(MIB))).isEqualTo(MIB);
            assertThat(log.count("buffer_memory")).isZero();

            assertThat(BufferLimit.bytes(OptionalLong.of(1L << 50))).isEqualTo(heap - heap / 8);
            assertThat(log.lines()).contains("WARN buffer_memory: the JVM allows " + heap / MIB + " MiB for direct"
                    + " buffers: using " + (heap - heap / 8) / MIB + " MiB instead of " + (1L << 30)
                    + " MiB; set -XX:MaxDirectMemorySize to raise the limit");
        }
    }
}
