package io.apexproxy.config.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TomlFileTest {

    @TempDir
    private Path directory;

    @Test
    void placesNameTheFileAsTheUserDid() throws IOException {
        Files.writeString(file(), "port = 1");

        assertThat(load().members().get("port").value().origin()).hasToString("conf/config.toml:1:8");
        assertThat(load().origin()).hasToString("conf/config.toml");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheText() throws IOException {
        Files.writeString(file(), "\uFEFFport = 1");

        assertThat(load().members().get("port").key()).hasToString("conf/config.toml:1:1");
    }

    @Test
    void aMissingFileIsReportedWithThePathThatWasTried() {
        assertFailure("conf/config.toml: no such file (looked for " + file() + "): create it or correct the path");
    }

    @Test
    void aDanglingLinkIsAMissingFile() throws IOException {
        Files.createSymbolicLink(file(), Path.of("nowhere"));

        assertFailure("conf/config.toml: no such file (looked for " + file() + "): create it or correct the path");
    }

    @Test
    void aDirectoryIsNoFile() throws IOException {
        Files.createDirectory(file());

        assertFailure("conf/config.toml: expected a file, found a directory: give the path of a file in it");
    }

    @Test
    void aDeviceIsNoRegularFile() {
        assertThatThrownBy(() -> load(Path.of("/dev/null"))).isInstanceOf(ConfigException.class).hasMessage(
                "conf/config.toml: expected a regular file, found a pipe or device: the file is read again on every"
                        + " change, so save it to disk");
    }

    @Test
    void aPathThroughAFileCannotBeRead() throws IOException {
        Files.writeString(file(), "");

        assertThatThrownBy(() -> load(file().resolve("config.toml"))).isInstanceOf(ConfigException.class)
                .hasMessageMatching("conf/config.toml: (cannot be read \\(Not a directory\\)" // JDK 17
                        + "|no such file \\(looked for .+\\)): .+"); // JDK 25
    }

    @Test
    void aCircleOfLinksCannotBeRead() throws IOException {
        Files.createSymbolicLink(file(), file());

        assertThatThrownBy(() -> load(file())).isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("conf/config.toml: cannot be read (Too many levels of symbolic links");
    }

    @Test
    void aFileThatMayNotBeReadIsReported() throws IOException {
        Files.writeString(file(), "port = 1");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file()), "the superuser may read everything");

        assertFailure("conf/config.toml: permission denied: let the user '" + System.getProperty("user.name")
                + "' read the file and enter its directories");
    }

    @Test
    void textInAnotherEncodingIsReportedWhereItBegins() throws IOException {
        Files.write(file(), "a = 1\n# \u00e4".getBytes(StandardCharsets.ISO_8859_1));

        assertFailure("conf/config.toml:2:3: expected UTF-8, found the byte 0xE4: save the file as UTF-8");
    }

    @Test
    void aCharacterThatIsCutOffAtTheEndIsReported() throws IOException {
        Files.write(file(), new byte[] {'#', (byte) 0xC3});

        assertFailure("conf/config.toml:1:2: expected UTF-8, found the byte 0xC3: save the file as UTF-8");
    }

    @Test
    void aFileThatIsTooLargeIsReported() throws IOException {
        Files.write(file(), new byte[TomlFile.LARGEST + 1]);

        assertFailure("conf/config.toml: expected at most 4 MiB, found more:"
                + " is this the path of a configuration file?");
    }

    private Path file() {
        return directory.resolve("config.toml");
    }

    private ConfigTree.Table load() {
        return load(file());
    }

    private static ConfigTree.Table load(Path path) {
        return new LastSeen(new TomlFile(path, "conf/config.toml")).load();
    }

    private void assertFailure(String message) {
        assertThatThrownBy(this::load).isInstanceOf(ConfigException.class).hasMessage(message);
    }
}
