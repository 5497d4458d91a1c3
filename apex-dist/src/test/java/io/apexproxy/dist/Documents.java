package io.apexproxy.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads documents in Markdown. */
final class Documents {

    /** The groups are the text and the target. */
    static final Pattern LINK = Pattern.compile("\\[([^\\]\n]*)]\\(([^)\\s]+)\\)");
    static final Path SOURCES = Path.of("..").toAbsolutePath().normalize();
    static final Path README = SOURCES.resolve("README.md");

    private Documents() {
    }

    /** Returns the files below a directory whose names have a suffix. */
    static Stream<Path> files(Path root, String suffix) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(file -> file.toString().endsWith(suffix)).toList().stream();
        }
    }

    /** Returns the cells of a row of a table. */
    static List<String> cells(String row) {
        return Arrays.stream(row.replaceFirst("^\\|", "").split("\\|")).map(String::strip).toList();
    }
}
