package io.apexproxy.dist.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process holds of the system.
 *
 * @param descriptors what they lead to
 * @param threads their names, without those that the JVM starts and ends as it likes
 */
record Footprint(List<String> descriptors, List<String> threads) {

    static Footprint of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        return new Footprint(
                entries(process.resolve("fd")).map(Footprint::target).sorted().toList(),
                entries(process.resolve("task")).map(Footprint::name)
                        .filter(name -> !name.startsWith("C1 Compiler") && !name.startsWith("C2 Compiler"))
                        .sorted().toList());
    }

    private static Stream<Path> entries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            return "ended meanwhile";
        }
    }
}
