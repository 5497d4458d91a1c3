package io.apexproxy.runtime.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of the files of Linux in the layout of the kernel and of container runtimes. */
class MemoryLimitTest {

    private static final long MIB = 1L << 20;
    private static final long MACHINE = 8192 * MIB;

    @TempDir
    private Path root;

    private void write(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content + "\n");
    }

    private void machine() throws IOException {
        write("proc/meminfo", "MemTotal:        8388608 kB\nMemFree:          100 kB");
    }

    @Test
    void memoryOfTheMachineIsTheLimitWithoutAGroup() throws IOException {
        machine();
        assertThat(MemoryLimit.bytes(root)).isEqualTo(MACHINE);

        write("proc/self/cgroup", "0::/");
        write("sys/fs/cgroup/memory.max", "max");
        assertThat(MemoryLimit.bytes(root)).isEqualTo(MACHINE);
    }

    @Test
    void lowestLimitOfNestedGroupsOfVersion2Applies() throws IOException {
        machine();
        write("proc/self/cgroup", "0::/system.slice/apex.service");
        write("sys/fs/cgroup/system.slice/apex.service/memory.max", "max");
        assertThat(MemoryLimit.bytes(root)).isEqualTo(MACHINE);

        write("sys/fs/cgroup/system.slice/memory.max", Long.toString(512 * MIB));
        assertThat(MemoryLimit.bytes(root)).isEqualTo(512 * MIB);

        write("sys/fs/cgroup/system.slice/apex.service/memory.max", Long.toString(256 * MIB));
        assertThat(MemoryLimit.bytes(root)).isEqualTo(256 * MIB);
    }

    @Test
    void lowestLimitOfVersion1AndVersion2Applies() throws IOException {
        machine();
        write("proc/self/cgroup", "4:cpu,memory:/jobs/apex\n3:cpuset:/\n0::/");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
        write("sys/fs/cgroup/memory/jobs/apex/memory.limit_in_bytes", Long.toString(300 * MIB));
        assertThat(MemoryLimit.bytes(root)).isEqualTo(300 * MIB);

        write("sys/fs/cgroup/unified/memory.max", Long.toString(200 * MIB));
        assertThat(MemoryLimit.bytes(root)).isEqualTo(200 * MIB);
    }

    @Test
    void mountPointIsTheGroupInAContainerWithAPathOfTheHost() throws IOException {
        machine();
        write("proc/self/cgroup", "4:memory:/docker/0123\n0::/../other");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", Long.toString(100 * MIB));
        assertThat(MemoryLimit.bytes(root)).isEqualTo(100 * MIB);
    }

    @Test
    void jdkReportsTheMemoryWithoutKernelFiles() {
        assertThat(MemoryLimit.bytes(root)).isEqualTo(Long.MAX_VALUE);
        assertThat(MemoryLimit.bytes()).isBetween(MIB, Long.MAX_VALUE - 1);
    }
}
