package io.apexproxy.test;

import io.apexproxy.api.Provider;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The classes of apex-api on the class path of the tests: a jar, or a directory in a build without jars. */
final class ApiClasses {

    private ApiClasses() {
    }

    static Path jar() {
        return jarOf(Provider.class);
    }

    /** Returns the jar or directory that contains a class. */
    static Path jarOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static void copyTo(Path target, boolean withDescriptor) throws IOException {
        Path source = jar();
        if (Files.isDirectory(source)) {
            copy(source, target, withDescriptor);
        } else {
            try (var content = FileSystems.newFileSystem(source)) {
                copy(content.getPath("/"), target, withDescriptor);
            }
        }
    }

    private static void copy(Path source, Path target, boolean withDescriptor) throws IOException {
        try (Stream<Path> walk = Files.walk(source)) {
            for (Path file : walk.filter(file -> file.toString().endsWith(".class")).toList()) {
                if (withDescriptor || !file.endsWith("module-info.class")) {
                    Path copy = target.resolve(source.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
    }
}
