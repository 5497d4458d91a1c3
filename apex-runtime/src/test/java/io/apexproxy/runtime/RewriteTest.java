package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** However the file is written, the proxy changes, and by itself. */
class RewriteTest {

    /** The promise is a second; a machine that is busy building may take longer. */
    private static final Duration BOUND = Duration.ofSeconds(3);

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    private void awaitServed(NamedServer server) {
        await().atMost(BOUND).until(() ->
                apex.backends().stream().allMatch(view -> view.name().equals(server.address())));
        assertThat(apex.ask(2)).containsOnly(server.name());
    }

    @Test
    void inPlace() {
        apex.start(WEB + pool(a));

        apex.write(WEB + pool(b));
        awaitServed(b);

        apex.write(WEB + pool(a));
        awaitServed(a);
    }

    @Test
    void writtenAsideAndRenamed() throws IOException {
        apex.start(WEB + pool(a));

        Path aside = Files.writeString(apex.directory().resolve("config.toml.new"), WEB + pool(b));
        Files.move(aside, apex.file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

        awaitServed(b);
    }

    @Test
    void behindASymbolicLinkThatIsSwapped() throws IOException {
        Path one = Files.createDirectory(apex.directory().resolve("..1"));
        Path two = Files.createDirectory(apex.directory().resolve("..2"));
        Files.writeString(one.resolve("config.toml"), WEB + pool(a));
        Files.writeString(two.resolve("config.toml"), WEB + pool(b));
        Path data = Files.createSymbolicLink(apex.directory().resolve("..data"), one.getFileName());
        Files.createSymbolicLink(apex.file(), Path.of("..data", "config.toml"));
        apex.start();

        Path next = Files.createSymbolicLink(apex.directory().resolve("..data_tmp"), two.getFileName());
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

        awaitServed(b);
    }

    @Test
    void deletedAndCreatedAgain() throws IOException {
        apex.start(WEB + pool(a));

        Files.delete(apex.file());
        assertThat(apex.ask(2)).containsOnly("a");
        apex.write(WEB + pool(b));

        awaitServed(b);
    }

    @Test
    void aMistakeAndItsCorrection() {
        apex.start(WEB + pool(a));

        apex.write(WEB + pool(b).substring(0, 30));
        await().atMost(BOUND).until(() -> apex.log.count("ERROR Configuration not changed") == 1);
        assertThat(apex.ask(2)).containsOnly("a");

        apex.write(WEB + pool(b));
        awaitServed(b);
    }
}
