package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests with a network block device, a protocol in which the server speaks first. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BlockDeviceIT {

    private static final int SIZE = 32 * 1024 * 1024;

    private Path directory;
    private ProxiedServer nbdkit;
    private Program nbdcopy;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        Program server = Program.named("nbdkit", "nbdkit");
        nbdcopy = Program.named("nbdcopy", "libnbd-bin");
        Path working = Files.createDirectory(directory.resolve("server"));
        int port = FreePorts.next();
        nbdkit = ProxiedServer.started(server, working, port, "--foreground", "--ipaddr", "127.0.0.1",
                "--port", Integer.toString(port), "memory", "size=" + SIZE);
    }

    @AfterAll
    void stop() {
        if (nbdkit != null) {
            nbdkit.close();
        }
    }

    @Test
    void deviceReturnsWrittenBytesOverSeveralConnections() throws IOException {
        byte[] bytes = new byte[SIZE];
        new Random(1).nextBytes(bytes);
        Path written = Files.write(directory.resolve("written"), bytes);
        Path read = directory.resolve("read");
        String device = "nbd://127.0.0.1:" + nbdkit.port();

        nbdcopy.run(directory, "--connections=4", written.toString(), device);
        nbdcopy.run(directory, "--connections=4", device, read.toString());

        assertThat(read).hasSameBinaryContentAs(written);
    }
}
