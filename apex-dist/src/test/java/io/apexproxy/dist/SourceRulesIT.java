package io.apexproxy.dist;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules for the sources and the documentation of all modules. */
class SourceRulesIT {

    private static final Path REPOSITORY = Path.of("..");
    private static final int MOST_CHARACTERS = 120; // as in .editorconfig
    private static final int FEWEST_SOURCES = 100; // otherwise the search is in the wrong directory

    private static final List<String> UNUSED_WORDS = List.of("whoever", "nobody", "somebody", "anybody", "anew", "lest",
            "tells of", "is told", "are told", "for ever", "at times", "as such", "in the place of", "none of ours",
            "mend", "mends", "mended", "mending");
    /** Between two words of a comment, or of a text that is written in parts. */
    private static final String GAP = "[\\s*/#\"+]+";
    private static final Pattern UNUSED = Pattern.compile("(?i)\\b(?:" + UNUSED_WORDS.stream()
            .map(word -> word.replace(" ", GAP)).collect(Collectors.joining("|")) + ")\\b");
    private static final Pattern HUMP = Pattern.compile("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

    /** A user of the system, and misspelt names of load balancers in tests of messages. */
    private static final Pattern EXEMPT_TEXT = Pattern.compile("User=nobody|\"nobody\"|\"lest\"|lest-connections");
    /** Licences, and this list. */
    private static final Set<String> EXEMPT_FILES = Set.of("LICENSE", "licenses", "SourceRulesIT.java");
    /** Files that Git does not track. */
    private static final Set<String> NOT_SOURCES = Set.of(".git", "target", ".idea", ".vscode", ".settings");

    @Test
    void packagesWithSeveralFilesHaveADescription() throws IOException {
        Map<Path, Long> packages = javaSources().stream().filter(source -> !isDescriptor(source))
                .collect(groupingBy(Path::getParent, counting()));

        assertThat(packages).isNotEmpty();
        assertThat(packages.entrySet()).filteredOn(each -> each.getValue() > 1).extracting(Map.Entry::getKey)
                .allSatisfy(directory -> assertThat(directory.resolve("package-info.java")).exists());
    }

    @Test
    void descriptionsOfPackagesAndModulesAreJavadoc() throws IOException {
        assertThat(javaSources()).filteredOn(SourceRulesIT::isDescriptor).isNotEmpty()
                .allSatisfy(descriptor -> assertThat(descriptor).content().startsWith("/**"));
    }

    @Test
    void linesHaveTheWidthOfTheEditorConfiguration() throws IOException {
        assertThat(javaSources()).hasSizeGreaterThan(FEWEST_SOURCES)
                .allSatisfy(source -> assertThat(Files.readAllLines(source))
                        .filteredOn(line -> line.length() > MOST_CHARACTERS).isEmpty());
    }

    @Test
    void suppressedWarningsHaveAReason() throws IOException {
        assertThat(javaSources()).allSatisfy(source -> assertThat(Files.readAllLines(source))
                .filteredOn(line -> line.strip().startsWith("@SuppressWarnings") && !line.contains("//")).isEmpty());
    }

    /** Also in names: the words of {@code nobodyListens} are compared one by one. */
    @Test
    void wordsOfTheListAreNotUsed() throws IOException {
        List<Path> files = files().stream().filter(file -> !hasElement(file, EXEMPT_FILES)).toList();

        assertThat(files).hasSizeGreaterThan(FEWEST_SOURCES);
        assertThat(files.stream().flatMap(SourceRulesIT::unusedWords)).isEmpty();
    }

    @Test
    void wordsAreFoundInNamesAndAcrossLines() {
        assertThat(Stream.of("nobodyListens()", "// it is\n    // told", "\"for \" + \"ever\"", "<b>Anew</b>"))
                .allSatisfy(text -> assertThat(unusedWords(text)).hasSize(1));
        assertThat(Stream.of("amended", "this told", "waitsForANewPool", "User=nobody", "lest-connections"))
                .allSatisfy(text -> assertThat(unusedWords(text)).isEmpty());
    }

    /** Returns the places of a file with a word of the list, as {@code file:line: word}. */
    private static Stream<String> unusedWords(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1); // which decodes any file
            return unusedWords(text).map(place -> REPOSITORY.relativize(file) + ":" + place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> unusedWords(String text) {
        String words = HUMP.matcher(EXEMPT_TEXT.matcher(text).replaceAll("")).replaceAll(" ");
        return UNUSED.matcher(words).results()
                .map(found -> words.substring(0, found.start()).lines().count() + ": " + found.group());
    }

    private static boolean isDescriptor(Path source) {
        return source.endsWith("package-info.java") || source.endsWith("module-info.java");
    }

    private static List<Path> javaSources() throws IOException {
        return files().stream().filter(file -> file.toString().endsWith(".java")).toList();
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(REPOSITORY)) {
            return files.filter(file -> !hasElement(file, NOT_SOURCES)).filter(Files::isRegularFile).toList();
        }
    }

    private static boolean hasElement(Path file, Set<String> names) {
        for (Path element : REPOSITORY.relativize(file)) {
            if (names.contains(element.toString())) {
                return true;
            }
        }
        return false;
    }
}
