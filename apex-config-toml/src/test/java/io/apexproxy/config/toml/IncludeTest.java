package io.apexproxy.config.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.config.ConfigTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that {@code include} names: which are found, in which order, what they can have, and messages. */
class IncludeTest {

    private static final String POOL = "[pools.%s]\nbackends = [\"127.0.0.1:9000\"]\n";

    @TempDir
    private Path directory;

    @Test
    void tablesOfIncludedFilesAreMerged() {
        write("config.toml", "include = [\"conf.d/*.toml\"]\nthreads = 2\n" + pool("a"));
        write("conf.d/b.toml", pool("b") + "[listeners.b]\npool = \"b\"\n");
        write("conf.d/c.toml", "[listeners.c]\npool = \"a\"\n[pools.c]\n[pools.c.health_check]\nport = 1\n");

        ConfigTree.Table tree = load();

        assertThat(tree.members()).containsOnlyKeys("threads", "pools", "listeners");
        assertThat(names(tree, "pools")).containsExactly("a", "b", "c");
        assertThat(names(tree, "listeners")).containsExactly("b", "c");
        assertThat(tree.origin()).hasToString("conf/config.toml");
        assertThat(table(tree, "pools").members().get("b").key()).hasToString("conf/conf.d/b.toml:1:8");
        assertThat(table(tree, "pools").members().get("b").value().origin()).hasToString("conf/conf.d/b.toml:1:1");
    }

    @Test
    void treeIsTheSameAsThatOfOneFile() {
        write("one.toml", "threads = 2\n" + pool("a") + pool("b"));
        write("config.toml", "include = [\"b.toml\"]\nthreads = 2\n" + pool("a"));
        write("b.toml", pool("b"));

        assertThat(load()).isEqualTo(load("one.toml", TestFile.MAX_BYTES));
    }

    @Test
    void filesAreOrderedByPatternAndThenByName() {
        write("config.toml", "include = [\"z.toml\", \"conf.d/*.toml\", \"a.toml\"]");
        List.of("z", "a", "conf.d/10", "conf.d/9", "conf.d/b", "conf.d/B")
                .forEach(name -> write(name + ".toml", pool("\"" + name + "\"")));

        assertThat(names(load(), "pools")).containsExactly("z", "conf.d/10", "conf.d/9", "conf.d/B", "conf.d/b", "a");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            conf.d/*.toml      | a, b, web-1, web-2
            conf.d/*           | a, b, other, web-1, web-2
            conf.d/web-?.toml  | web-1, web-2
            conf.d/[ab].toml   | a, b
            conf.d/{a,b}.toml  | a, b
            conf.d/.*.toml     | hidden
            ./conf.d/a.toml    | a
            conf.d/../c.toml   | c
            conf.d/x*.toml     | ''
            nowhere/*.toml     | ''
            """)
    void patternMatches(String pattern, String expected) {
        write("config.toml", "include = [\"" + pattern + "\"]\n[pools]\n");
        List.of("a", "b", "web-1", "web-2").forEach(name -> write("conf.d/" + name + ".toml", pool(name)));
        write("conf.d/.hidden.toml", pool("hidden"));
        write("conf.d/other.conf", pool("other"));
        write("c.toml", pool("c"));

        assertThat(String.join(", ", names(load(), "pools"))).isEqualTo(expected);
    }

    @Test
    void absolutePathIsUsedAsItIs() {
        Path other = directory.resolve("elsewhere/b.toml");
        write("config.toml", "include = [\"" + other + "\"]");
        write("elsewhere/b.toml", pool("b"));

        assertThat(table(load(), "pools").members().get("b").key()).hasToString(other + ":1:8");
    }

    @Test
    void fileIsIncludedOnceAndTheConfigurationFileNever() {
        write("config.toml", "include = [\"*.toml\", \"b.toml\", \"./b.toml\", \"config.toml\"]\n" + pool("a"));
        write("b.toml", pool("b"));

        assertThat(names(load(), "pools")).containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            textBlock = """
                            "b.toml"           | 1:11: include: expected an array of paths such as ["conf.d/*.toml"]
                    [1]                | 1:12: include[0]: expected PATH
                    ["b.toml", ["c"]]  | 1:22: include[1]: expected PATH
                    ["conf.d/"]        | 1:12: include[0]: expected PATH, found 'conf.d/'
                    [""]               | 1:12: include[0]: expected PATH, found ''
                    ["*/a.toml"]       | 1:12: include[0]: expected a wildcard in the name of the file only, found \
                    '*/a.toml': write a pattern for each directory
                    ["[a.toml"]        | 1:12: include[0]: expected a pattern such as "*.toml", found '[a.toml' \
                    (Missing '])
                    ["${env:D}/a"]     | 1:12: include[0]: expected a path without a variable, found '${env:D}/a': \
                    write the path
                    ["a\\u0000b"]      | 1:12: include[0]: expected the path of a file, found 'aNULb' (Nul \
                    character not allowed)
                    """)
    void invalidValueIsReportedWithItsOrigin(String value, String message) {
        write("config.toml", "include = " + value);

        assertThatThrownBy(this::load).isInstanceOf(ConfigException.class)
                .hasMessage("conf/config.toml:" + message.replace("NUL", "\0")
                        .replace("PATH", "the path of a file such as \"conf.d/*.toml\""));
    }

    @Test
    void missingFileIsReportedAtItsPath() {
        write("config.toml", "include = [\n  \"conf.d/a.toml\",\n]");

        assertThatThrownBy(this::load).hasMessage("conf/config.toml:2:3: include: conf/conf.d/a.toml: no such file"
                + " (looked for " + directory.resolve("conf.d/a.toml") + "): create it or correct the path");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            threads = 2             | 1:1: threads: not accepted in an included file, which has [listeners.NAME] \
            and [pools.NAME] only: move it to conf/config.toml
            [admin]                 | 1:2: admin: not accepted in an included file, which has [listeners.NAME] and \
            [pools.NAME] only: move it to conf/config.toml
            include = ["c.toml"]    | 1:1: include: not accepted in an included file: name all files in \
            conf/config.toml
            pools = 1               | 1:9: pools: expected tables such as [pools.web]
            [[listeners]]           | 1:1: listeners: expected tables such as [listeners.web]
            [pools.a]               | 1:8: pools.a: already defined at conf/config.toml:2:8: keep one of them
            [pools.a.health_check]  | 1:8: pools.a: already defined at conf/config.toml:2:8: keep one of them
            port =                  | 1:7: expected a value, found the end of the file
            """)
    void mistakeOfAnIncludedFileIsReportedThere(String text, String message) {
        write("config.toml", "include = [\"b.toml\"]\n" + pool("a"));
        write("b.toml", text);

        assertThatThrownBy(this::load).isInstanceOf(ConfigException.class).hasMessage("conf/b.toml:" + message);
    }

    @Test
    void tableInTwoIncludedFilesIsReportedWithBothOrigins() {
        write("config.toml", "include = [\"*.d\"]");
        write("1.d", pool("a") + pool("\"b c\""));
        write("2.d", "\n" + pool("a") + "[listeners.a]\n");
        write("3.d", pool("'b c'") + "[listeners.a]\n");

        assertThatThrownBy(this::load).hasMessage("""
                conf/2.d:2:8: pools.a: already defined at conf/1.d:1:8: keep one of them
                conf/3.d:1:8: pools."b c": already defined at conf/1.d:3:8: keep one of them
                conf/3.d:3:12: listeners.a: already defined at conf/2.d:4:12: keep one of them""");
    }

    @Test
    void allBrokenFilesAreReported() {
        write("config.toml", "include = [\"*.d\", \"missing.toml\"]");
        write("1.d", "a = ");
        write("2.d", pool("a"));
        write("3.d", "b");

        assertThatThrownBy(this::load).isInstanceOfSatisfying(ConfigException.class, problem -> assertThat(
                problem.problems().stream().map(ConfigProblem::origin).map(Object::toString)).containsExactly(
                        "conf/1.d:1:5", "conf/3.d:1:2", "conf/config.toml:1:19"));
    }

    @Test
    void tableThatIsNoTableInTheConfigurationFileIsReported() {
        write("config.toml", "include = [\"b.toml\"]\npools = 1");
        write("b.toml", pool("a"));

        assertThatThrownBy(this::load).hasMessage("conf/config.toml:2:9: pools: expected tables such as [pools.web]");
    }

    @Test
    void directoryAndPipeAreReported() throws IOException {
        write("config.toml", "include = [\"conf.d/*.toml\"]");
        Files.createDirectories(directory.resolve("conf.d/a.toml"));
        Files.createSymbolicLink(directory.resolve("conf.d/b.toml"), Path.of("/dev/null"));
        Files.createSymbolicLink(directory.resolve("conf.d/c.toml"), Path.of("nowhere"));

        assertThatThrownBy(this::load).hasMessage(
                "conf/conf.d/a.toml: expected a file, found a directory: give the path of a file in it\n"
                        + "conf/conf.d/b.toml: expected a regular file, found a pipe or device: the file is read again"
                        + " on every change, so save it to disk\n"
                        + "conf/conf.d/c.toml: no such file (looked for " + directory.resolve("conf.d/c.toml")
                        + "): create it or correct the path");
    }

    @Test
    void unreadableDirectoryIsReported() throws IOException {
        write("config.toml", "include = [\"conf.d/*.toml\", \"b.toml/*\"]");
        write("b.toml", "");
        Path closed = Files.createDirectory(directory.resolve("conf.d"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        boolean isSuperuser = Files.isReadable(closed); // can list every directory
        String denied = "conf/config.toml:1:12: include[0]: permission denied: let the user '"
                + System.getProperty("user.name") + "' read the directory " + closed + "\n";

        assertThatThrownBy(this::load).hasMessage((isSuperuser ? "" : denied) + "conf/config.toml:1:29: include[1]:"
                + " expected a directory, found a file: " + directory.resolve("b.toml"));
    }

    @Test
    void numberOfFilesIsLimited() {
        write("config.toml", "include = [\"conf.d/*\", \"other.d/*\"]");
        IntStream.range(0, Includes.MAX_FILES).forEach(i -> write("conf.d/" + i + ".toml", pool("p" + i)));
        assertThat(names(load(), "pools")).hasSize(Includes.MAX_FILES);

        write("other.d/more.toml", "");

        assertThatThrownBy(this::load).hasMessage("conf/config.toml:1:24: include[1]: expected at most 1000 included"
                + " files, found more: combine files, or correct the pattern");
    }

    @Test
    void numberOfPatternsIsLimited() {
        write("config.toml", "include = [" + IntStream.rangeClosed(0, Includes.MAX_PATTERNS)
                .mapToObj(i -> "\"" + i + "\"").collect(Collectors.joining(", ")) + "]");

        assertThatThrownBy(this::load).hasMessage("conf/config.toml:1:11: include: expected at most 1000 paths, found"
                + " 1001: write a pattern");
    }

    @Test
    void sizeOfAllFilesTogetherIsLimited() {
        write("config.toml", "include = [\"a.toml\", \"b.toml\", \"c.toml\"]");
        write("a.toml", "#".repeat(600));
        write("b.toml", "#".repeat(1024 - 600 - 40));
        write("c.toml", "");
        assertThat(load("config.toml", 1024).members()).isEmpty();

        write("c.toml", "#");

        assertThatThrownBy(() -> load("config.toml", 1024)).hasMessage("conf/c.toml: expected at most 1024 bytes in all"
                + " files together, found more: correct the path, or raise the limit with"
                + " -Dapex.config.max_bytes=BYTES in conf/jvm.options");
    }

    private ConfigTree.Table load() {
        return load("config.toml", TestFile.MAX_BYTES);
    }

    private ConfigTree.Table load(String name, int maxBytes) {
        return new LastRead(new ConfigFiles(new TomlFile(directory.resolve(name), "conf/" + name), maxBytes,
                Duration.ofSeconds(20), false)).load();
    }

    private void write(String name, String text) {
        try {
            Path file = directory.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pool(String name) {
        return POOL.formatted(name);
    }

    private static ConfigTree.Table table(ConfigTree.Table tree, String key) {
        return (ConfigTree.Table) tree.members().get(key).value();
    }

    private static List<String> names(ConfigTree.Table tree, String key) {
        return List.copyOf(table(tree, key).members().keySet());
    }
}
