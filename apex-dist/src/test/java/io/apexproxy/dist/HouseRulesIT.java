package io.apexproxy.dist;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the sources of all modules have in common. */
class HouseRulesIT {

    private static final Path REPOSITORY = Path.of("..");
    private static final int LONGEST_LINE = 120; // as .editorconfig says
    private static final int A_FEW = 100; // files; there are more than that, or the search looks in the wrong place

    @Test
    void aPackageOfMoreThanOneFileTellsItsStory() throws IOException {
        Map<Path, Long> packages = sources().stream().filter(source -> !isDescriptor(source))
                .collect(groupingBy(Path::getParent, counting()));

        assertThat(packages).isNotEmpty();
        assertThat(packages.entrySet()).filteredOn(each -> each.getValue() > 1).extracting(Map.Entry::getKey)
                .allSatisfy(directory -> assertThat(directory.resolve("package-info.java")).exists());
    }

    @Test
    void packagesAndModulesAreDocumented() throws IOException {
        assertThat(sources()).filteredOn(HouseRulesIT::isDescriptor).isNotEmpty()
                .allSatisfy(descriptor -> assertThat(descriptor).content().startsWith("/**"));
    }

    @Test
    void linesFitTheWidthThatTheEditorsSettingsName() throws IOException {
        assertThat(sources()).hasSizeGreaterThan(A_FEW).allSatisfy(source ->
                assertThat(Files.readAllLines(source)).filteredOn(line -> line.length() > LONGEST_LINE).isEmpty());
    }

    private static boolean isDescriptor(Path source) {
        return source.endsWith("package-info.java") || source.endsWith("module-info.java");
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(REPOSITORY)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/")).toList();
        }
    }
}
