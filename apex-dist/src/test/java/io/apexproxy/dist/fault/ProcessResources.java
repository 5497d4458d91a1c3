package io.apexproxy.dist.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The descriptors and threads of a process.
 *
 * @param descriptors the targets of the open descriptors
 * @param threads the names of the threads, except those that the JVM starts and ends at any time: of the compilers, and
 *     of its common pool, which runs the timers of CompletableFuture since Java 25
 */
record ProcessResources(List<String> descriptors, List<String> threads) {

    static ProcessResources of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        return new ProcessResources(
                entries(process.resolve("fd")).map(ProcessResources::target).sorted().toList(),
                entries(process.resolve("task")).map(ProcessResources::name)
                        .filter(name -> Stream.of("C1 Compiler", "C2 Compiler", "ForkJoinPool.co")
                                .noneMatch(name::startsWith))
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
            return "closed";
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            return "ended";
        }
    }
}
