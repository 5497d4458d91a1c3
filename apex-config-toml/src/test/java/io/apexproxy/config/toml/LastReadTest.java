package io.apexproxy.config.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastReadTest {

    @TempDir
    private Path directory;
    private LastRead lastRead;

    @BeforeEach
    void loadFile() throws IOException {
        write("port = 1");
        lastRead = new LastRead(TestFile.at(file()));
        lastRead.load();
    }

    @Test
    void loadedContentIsNotReported() {
        assertThat(lastRead.isOutdated()).isFalse();
        assertThat(lastRead.readIfChanged(true)).isEmpty();
    }

    @Test
    void touchIsNotReported() throws IOException {
        Files.setLastModifiedTime(file(), FileTime.fromMillis(0));

        assertThat(lastRead.isOutdated()).isFalse();
        assertThat(lastRead.readIfChanged(true)).isEmpty();
    }

    @Test
    void commentIsNotReported() throws IOException {
        write("# the port\nport = 1");

        assertThat(lastRead.isOutdated()).isTrue();
        assertThat(lastRead.readIfChanged(true)).isEmpty();
        assertThat(lastRead.isOutdated()).isFalse();
    }

    @Test
    void changedValueIsReportedOnce() throws IOException {
        write("port = 2");

        assertThat(lastRead.readIfChanged(true)).get().isInstanceOf(ReadResult.Parsed.class);
        assertThat(lastRead.readIfChanged(true)).isEmpty();
    }

    @Test
    void syntaxErrorIsReportedOncePerContent() throws IOException {
        write("port = ");
        assertThat(lastRead.readIfChanged(true)).get().isInstanceOf(ReadResult.Failed.class);
        assertThat(lastRead.readIfChanged(true)).isEmpty();

        write("port = # soon");
        assertThat(lastRead.readIfChanged(true)).get().isInstanceOf(ReadResult.Failed.class);
    }

    @Test
    void endOfProblemIsReportedEvenWithTheSameValues() throws IOException {
        write("port = ");
        assertThat(lastRead.readIfChanged(true)).get().isInstanceOf(ReadResult.Failed.class);

        write("port = 1");
        assertThat(lastRead.readIfChanged(true)).get().isInstanceOf(ReadResult.Parsed.class);
    }

    @Test
    void missingFileIsReportedOnce() throws IOException {
        Files.delete(file());

        assertThat(lastRead.readIfChanged(true)).get().isInstanceOf(ReadResult.Failed.class);
        assertThat(lastRead.readIfChanged(true)).isEmpty();
    }

    @Test
    void emptyFileIsNotReportedUnlessAccepted() throws IOException {
        write("");

        assertThat(lastRead.readIfChanged(false)).isEmpty();
        assertThat(lastRead.isOutdated()).isTrue();
        assertThat(lastRead.readIfChanged(true)).get().isInstanceOf(ReadResult.Parsed.class);
    }

    @Test
    void failedLoadIsNotReported() throws IOException {
        write("port = ");
        assertThatThrownBy(lastRead::load).isInstanceOf(ConfigException.class);

        assertThat(lastRead.readIfChanged(true)).isEmpty();
    }

    @Test
    void loadDuringTheReportIsReportedAgain() throws IOException {
        write("port = 2");
        Optional<ReadResult> reported = lastRead.readIfChanged(true);
        write("port = 3");
        lastRead.load(); // while the observer still applies port 2

        lastRead.confirm(reported.orElseThrow());

        assertThat(lastRead.readIfChanged(true)).get().isInstanceOfSatisfying(ReadResult.Parsed.class,
                result -> assertThat(result.tree()).isEqualTo(TomlTrees.parse("config.toml", "port = 3")));
    }

    private Path file() {
        return directory.resolve("config.toml");
    }

    private void write(String text) throws IOException {
        Files.writeString(file(), text);
    }
}
