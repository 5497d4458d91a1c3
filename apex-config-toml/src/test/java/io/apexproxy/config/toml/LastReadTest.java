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
    private LastRead seen;

    @BeforeEach
    void aLoadedFile() throws IOException {
        write("port = 1");
        seen = new LastRead(TestFile.at(file()));
        seen.load();
    }

    @Test
    void whatWasLoadedIsNoNews() {
        assertThat(seen.differs()).isFalse();
        assertThat(seen.advance(true)).isEmpty();
    }

    @Test
    void aTouchIsNoNews() throws IOException {
        Files.setLastModifiedTime(file(), FileTime.fromMillis(0));

        assertThat(seen.differs()).isFalse();
        assertThat(seen.advance(true)).isEmpty();
    }

    @Test
    void aCommentIsNoNews() throws IOException {
        write("# the port\nport = 1");

        assertThat(seen.differs()).isTrue();
        assertThat(seen.advance(true)).isEmpty();
        assertThat(seen.differs()).isFalse();
    }

    @Test
    void anotherValueIsNewsOnce() throws IOException {
        write("port = 2");

        assertThat(seen.advance(true)).get().isInstanceOf(ReadResult.Parsed.class);
        assertThat(seen.advance(true)).isEmpty();
    }

    @Test
    void aSyntaxErrorIsNewsOncePerContent() throws IOException {
        write("port = ");
        assertThat(seen.advance(true)).get().isInstanceOf(ReadResult.Failed.class);
        assertThat(seen.advance(true)).isEmpty();

        write("port = # soon");
        assertThat(seen.advance(true)).get().isInstanceOf(ReadResult.Failed.class);
    }

    @Test
    void theEndOfAProblemIsNewsThoughTheValuesAreTheOldOnes() throws IOException {
        write("port = ");
        assertThat(seen.advance(true)).get().isInstanceOf(ReadResult.Failed.class);

        write("port = 1");
        assertThat(seen.advance(true)).get().isInstanceOf(ReadResult.Parsed.class);
    }

    @Test
    void aMissingFileIsNewsOnce() throws IOException {
        Files.delete(file());

        assertThat(seen.advance(true)).get().isInstanceOf(ReadResult.Failed.class);
        assertThat(seen.advance(true)).isEmpty();
    }

    @Test
    void aFileThatIsEmptiedAfterSomebodyLookedIsLeftForTheNextTime() throws IOException {
        write("");

        assertThat(seen.advance(false)).isEmpty();
        assertThat(seen.differs()).isTrue();
        assertThat(seen.advance(true)).get().isInstanceOf(ReadResult.Parsed.class);
    }

    @Test
    void whatFailedToLoadIsNoNews() throws IOException {
        write("port = ");
        assertThatThrownBy(seen::load).isInstanceOf(ConfigException.class);

        assertThat(seen.advance(true)).isEmpty();
    }

    @Test
    void aLoadThatOvertakesTheObserverIsToldAgain() throws IOException {
        write("port = 2");
        Optional<ReadResult> told = seen.advance(true);
        write("port = 3");
        seen.load(); // while the observer is still at 2

        seen.told(told.orElseThrow());

        assertThat(seen.advance(true)).get().isInstanceOfSatisfying(ReadResult.Parsed.class, reading ->
                assertThat(reading.tree()).isEqualTo(TomlTrees.parse("config.toml", "port = 3")));
    }

    private Path file() {
        return directory.resolve("config.toml");
    }

    private void write(String text) throws IOException {
        Files.writeString(file(), text);
    }
}
