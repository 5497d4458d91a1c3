package io.apexproxy.dist.harness;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The base class of tests that change or run an unpacked distribution, with a new copy for each test. */
public abstract class DistributionFixture {

    /** The parent of the copy, deleted after the test. */
    @TempDir
    protected Path directory;

    /** The copy. */
    protected Distribution apex;

    @BeforeEach
    void unpack() {
        apex = Distribution.copiedTo(directory);
    }
}
