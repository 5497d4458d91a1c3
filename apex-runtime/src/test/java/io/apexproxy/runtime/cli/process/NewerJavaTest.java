package io.apexproxy.runtime.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewerJavaTest {

    @TempDir
    private Path place;

    @Test
    void newestJavaIsFound() throws IOException {
        java("a", "JAVA_VERSION=\"25.0.3\"");
        java("b", "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.10\"\nOS_NAME=\"Linux\"");
        java("c", "JAVA_VERSION=\"22\"");

        assertThat(NewerJava.newest(List.of(place.resolve("missing"), place)))
                .hasValueSatisfying(found -> assertThat(found.home()).isEqualTo(place.resolve("b")))
                .hasValueSatisfying(found -> assertThat(found.version()).hasToString("25.0.10"));
    }

    @Test
    void unsuitableDirectoriesAreSkipped() throws IOException {
        java("old", "JAVA_VERSION=\"21.0.7\"");
        java("ancient", "JAVA_VERSION=\"1.8.0_392\"");
        java("without a version", "IMPLEMENTOR=\"x\"");
        java("strange", "JAVA_VERSION=\"\u0000 25\"");
        Files.write(java("binary", "").resolve("release"), new byte[] {(byte) 0xc3, (byte) 0x28, '\n'});
        Files.delete(java("without release", "").resolve("release"));
        Files.delete(java("without java", "JAVA_VERSION=\"25\"").resolve("bin/java"));
        Files.createFile(place.resolve("a file"));

        assertThat(NewerJava.newest(List.of(place))).isEmpty();
    }

    private Path java(String name, String release) throws IOException {
        Path home = place.resolve(name);
        Path java = Files.createFile(Files.createDirectories(home.resolve("bin")).resolve("java"));
        assumeThat(java.toFile().setExecutable(true)).isTrue();
        Files.writeString(home.resolve("release"), release);
        return home;
    }
}
