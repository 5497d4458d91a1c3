package io.apexproxy.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class SocketOwnerTest {

    private static final long OWN = SocketOwner.ownId();
    private static final long OTHER = OWN + 1;

    @TempDir
    private Path directory;

    @Test
    void ownNumberIsThatOfCreatedFiles() throws IOException {
        assertThat((int) Files.getAttribute(Files.createFile(directory.resolve("a")), "unix:uid")).isEqualTo((int) OWN);
    }

    @Test
    void directoryIsCreatedForTheOwnerOnly() throws IOException {
        Path created = directory.resolve("apex-1");

        SocketOwner.createPrivate(created, OWN);
        SocketOwner.createPrivate(created, OWN);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(created))).isEqualTo("rwx------");
    }

    @Test
    void directoryThatOthersCanAccessIsRefused() throws IOException {
        Path open = Files.createDirectory(directory.resolve("apex-1"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x---")));

        assertThatThrownBy(() -> SocketOwner.createPrivate(open, OWN)).isInstanceOf(IOException.class)
                .hasMessageContaining("has the mode rwx--x---").hasMessageContaining("chmod 700");
    }

    @Test
    void symbolicLinkIsRefused() throws IOException {
        Path target = Files.createDirectory(directory.resolve("target"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path link = Files.createSymbolicLink(directory.resolve("apex-1"), target);

        assertThatThrownBy(() -> SocketOwner.createPrivate(link, OWN)).isInstanceOf(IOException.class)
                .hasMessageContaining("is not a directory");
    }

    @Test
    void directoryOfAnotherUserIsRefused() {
        assertThatThrownBy(() -> SocketOwner.createPrivate(directory.resolve("apex-1"), OTHER))
                .isInstanceOf(IOException.class).hasMessageContaining("belongs to the user '");
    }

    @Test
    void missingDirectoryOfAConfiguredPathIsRefused() {
        assertThatThrownBy(() -> SocketOwner.check(directory.resolve("none"), OWN)).isInstanceOf(IOException.class)
                .hasMessage("there is no directory " + directory.resolve("none"));
    }
}
