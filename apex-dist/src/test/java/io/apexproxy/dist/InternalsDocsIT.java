package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Compares the pages for contributors and the threat model with the types, members and files that they name. */
class InternalsDocsIT {

    private static final Path REPOSITORY = Path.of("..");
    private static final Path DOCS = Path.of("src/main/docs");
    private static final Path GITHUB = REPOSITORY.resolve(".github");
    private static final Path DECISIONS = DOCS.resolve("decisions");

    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    /** A type, such as {@code admin.http.HttpLoop}, with an optional member. A name in capitals is a constant. */
    private static final Pattern NAME = Pattern.compile(
            "(?:[a-z]+\\.)*([A-Z]\\w*[a-z]\\w*)(?:\\.(\\w+))?(?:\\(\\))?");
    private static final Pattern DECLARATION = Pattern.compile("\\b(?:class|interface|enum|record) ([A-Z]\\w*)");
    /** Names of threads of the JDK and of files, which look like types. */
    private static final Set<String> NO_TYPES = Set.of("FileSystemWatchService", "Dockerfile");
    /** What `walk.md` has at least; otherwise the patterns do not match its form. */
    private static final int FEWEST_TYPES = 50;

    /** The sources that declare a type, by its simple name. */
    private static final Map<String, String> SOURCES = new HashMap<>();
    private static Set<String> jdkTypes;

    @BeforeAll
    static void findTypes() throws IOException {
        try (Stream<Path> files = Files.walk(REPOSITORY)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.toString().contains("/target/")).toList()) {
                String source = Files.readString(file);
                DECLARATION.matcher(source).results()
                        .forEach(type -> SOURCES.merge(type.group(1), source, String::concat));
            }
        }
        try (Stream<Path> files = Files.walk(FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules"))) {
            jdkTypes = files.map(file -> file.getFileName() == null ? "" : file.getFileName().toString())
                    .filter(name -> name.endsWith(".class"))
                    .map(name -> name.substring(0, name.length() - ".class".length())).collect(Collectors.toSet());
        }
    }

    @Test
    void namesOfTypesAndMembersExist() throws IOException {
        for (Path page : pages()) {
            assertThat(names(page).stream().filter(name -> !exists(name)).map(MatchResult::group)).as(page.toString())
                    .isEmpty();
        }
    }

    @Test
    void walkNamesTheClassesOnItsWay() throws IOException {
        assertThat(names(DOCS.resolve("internals/walk.md"))).extracting(name -> name.group(1))
                .contains("Acceptor", "Session", "Connecting", "Tunnel", "LiveConfig", "Deployment", "BackendProber",
                        "RotationPublisher")
                .hasSizeGreaterThan(FEWEST_TYPES);
    }

    @Test
    void unknownNamesAreFound() {
        assertThat(exists(name("NoSuchClass"))).isFalse();
        assertThat(exists(name("Session.noSuchMethod"))).isFalse();
        assertThat(exists(name("relay.Session"))).isTrue();
    }

    @Test
    void indexListsEachDecision() throws IOException {
        String index = Files.readString(DECISIONS.resolve("README.md"));
        assertThat(markdown(DECISIONS)).extracting(page -> page.getFileName().toString())
                .filteredOn(name -> !name.equals("README.md")).isNotEmpty()
                .allSatisfy(name -> assertThat(index).contains("(" + name + ")"));
    }

    private static List<Path> pages() throws IOException {
        return Stream.of(markdown(DOCS.resolve("internals")), markdown(DECISIONS), markdown(GITHUB),
                List.of(DOCS.resolve("security.md")))
                .flatMap(List::stream).toList();
    }

    private static List<Path> markdown(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".md")).toList();
        }
    }

    private static List<MatchResult> names(Path page) throws IOException {
        return CODE.matcher(Files.readString(page)).results().map(code -> NAME.matcher(code.group(1)))
                .filter(name -> name.matches() && !NO_TYPES.contains(name.group(1)))
                .map(name -> name.toMatchResult()).toList();
    }

    private static MatchResult name(String text) {
        return NAME.matcher(text).results().findFirst().orElseThrow();
    }

    private static boolean exists(MatchResult name) {
        String member = name.group(2);
        String source = SOURCES.get(name.group(1));
        if (source == null) {
            return jdkTypes.contains(name.group(1));
        }
        return member == null || Pattern.compile("\\b" + member + "\\b").matcher(source).find();
    }
}
