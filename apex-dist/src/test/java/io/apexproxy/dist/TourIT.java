package io.apexproxy.dist;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.BashSession;
import io.apexproxy.dist.harness.CodeBlocks;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.DocumentedPorts;
import io.apexproxy.dist.harness.ShownCommands;
import io.apexproxy.test.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands of {@code tour.md} in one shell, with free ports. */
@DisabledOnOs(OS.WINDOWS)
class TourIT {

    private final DocumentedPorts ports =
            new DocumentedPorts(Pattern.compile("\\b(?:8081|9000|9001|9002|9901)\\b"));

    @TempDir
    Path directory;

    @Test
    void eachCommandOfTheTourHasTheDocumentedOutput() throws IOException {
        assumeTrue(Programs.areInstalled("bash", "curl"), "bash or curl is not installed");
        Path home = Distribution.copiedTo(directory).home();
        CodeBlocks tour = CodeBlocks.in(home.resolve("docs/tour.md"));
        for (String file : List.of("Hello.java", "config.toml")) {
            Files.writeString(home.resolve(file), ports.replaceIn(tour.file(file)));
        }

        try (var bash = BashSession.start(List.of(), home, directory)) {
            ShownCommands.in(tour).runIn(bash, ports::replaceIn);
        }
    }
}
