package io.apexproxy.source.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.FoundBackend;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.MapSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60) // seconds, for a test that hangs
class DirectorySourceTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;
    private FakeContext context;
    private Path files;
    private BackendSource source;

    @BeforeEach
    void create() throws IOException {
        context = FakeContext.in(directory);
        files = Files.createDirectory(directory.resolve("backends.d"));
        source = create(1 << 20);
    }

    private BackendSource create(long maxBytes) {
        return new DirectorySourceProvider()
                .create(MapSettings.of(Map.of("path", "backends.d", "max_bytes", maxBytes)), context);
    }

    @AfterEach
    void close() {
        source.close();
        context.close();
    }

    private List<String> found() throws Exception {
        return source.find().backends().stream().map(FoundBackend::address).toList();
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(files.resolve(name), content);
    }

    @Test
    void eachFileIsABackendOrAList() throws Exception {
        write("b.json", "{\"address\": \"10.0.0.2:80\", \"weight\": 2}");
        write("a.json", "\"10.0.0.1:80\"");
        write("c.json", "[\"10.0.0.3:80\", \"10.0.0.4:80\"]");
        write("d.json", "[{\"targets\": [\"10.0.0.5:80\"]}]");

        assertThat(found()).containsExactly("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80", "10.0.0.5:80");
    }

    @Test
    void otherFilesAreIgnored() throws Exception {
        for (String name : List.of("a.json~", ".a.json", "a.json.new", "README", "#a.json#")) {
            write(name, "no JSON");
        }
        Files.createDirectory(files.resolve("b.json"));
        Files.createSymbolicLink(files.resolve("gone.json"), files.resolve("gone"));

        assertThat(found()).isEmpty();
    }

    @Test
    void mistakeIsReportedWithTheNameOfTheFile() throws Exception {
        write("a.json", "\"10.0.0.1:80\"");
        write("b.json", "[7]");

        assertThatThrownBy(source::find).isInstanceOf(IOException.class)
                .hasMessage("b.json: [0]: expected an address or an object");
    }

    @Test
    void fileThatIsBeingWrittenIsReadWhenItIsComplete() throws Exception {
        write("a.json", "[\"10.0.0");
        context.executor().execute(() -> {
            try {
                Thread.sleep(100); // within the first pause of the source
                write("a.json", "[\"10.0.0.1:80\"]");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(found()).containsExactly("10.0.0.1:80");
    }

    @Test
    void missingDirectoryIsAFailureUntilItExists() throws Exception {
        Files.delete(files);
        assertThatThrownBy(source::find).isInstanceOf(IOException.class).hasMessage("no directory " + files);

        Files.createDirectory(files);

        assertThat(found()).isEmpty();
    }

    @Test
    void sizeIsLimited() throws Exception {
        source.close();
        source = create(100);
        write("a.json", " ".repeat(60) + "[]");
        write("b.json", " ".repeat(60) + "[]");

        assertThatThrownBy(source::find).hasMessage("the files in " + files
                + " have more than 100 bytes; raise max_bytes if this is expected");
    }

    private interface Change {
        void make(Path files) throws IOException;
    }

    static Stream<Arguments> changes() {
        return Stream.<Map.Entry<String, Change>>of(
                Map.entry("written in place", files -> Files.writeString(files.resolve("a.json"), "[\"b:1\"]")),
                Map.entry("renamed over", files -> Files.move(Files.writeString(files.resolve("x"), "[\"b:1\"]"),
                        files.resolve("a.json"), StandardCopyOption.ATOMIC_MOVE)),
                Map.entry("added", files -> Files.writeString(files.resolve("b.json"), "[]")),
                Map.entry("deleted", files -> Files.delete(files.resolve("a.json"))),
                Map.entry("link changed", files -> {
                    Files.delete(files.resolve("link.json"));
                    Files.createSymbolicLink(files.resolve("link.json"), files.resolveSibling("two"));
                }),
                Map.entry("target of a link changed",
                        files -> Files.writeString(files.resolveSibling("one"), "[\"c:1\"]")),
                Map.entry("directory replaced", files -> {
                    Path old = files.resolveSibling("old");
                    Files.move(files, old);
                    Files.createDirectory(files);
                    Files.writeString(files.resolve("a.json"), "[\"b:1\"]");
                })).map(change -> Arguments.of(change.getKey(), change.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void everyWayOfChangingFilesIsReported(String name, Change change) throws Exception {
        write("a.json", "[\"a:1\"]");
        Files.writeString(directory.resolve("one"), "[]");
        Files.writeString(directory.resolve("two"), "[]");
        Files.createSymbolicLink(files.resolve("link.json"), directory.resolve("one"));
        var reports = new AtomicInteger();
        source.watch(reports::incrementAndGet);
        source.find();

        change.make(files);

        await().atMost(TIMEOUT).until(() -> reports.get() > 0);
    }

    @Test
    void unchangedDirectoryIsNotReported() throws Exception {
        write("a.json", "[\"a:1\"]");
        var reports = new AtomicInteger();
        source.watch(reports::incrementAndGet);

        await().during(Duration.ofSeconds(1)).atMost(TIMEOUT).until(() -> reports.get() == 0);
    }
}
