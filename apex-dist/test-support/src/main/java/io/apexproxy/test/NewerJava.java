package io.apexproxy.test;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.StreamSupport;

/** Finds an installation of Java 22 or newer, for the tests of the Linux engine. */
public final class NewerJava {
    private static final Path INSTALLATIONS = Path.of("/usr/lib/jvm");
    private static final int OLDEST = 22;

    private NewerJava() {
    }

    /** Returns the directory of the newest installation with at least Java 22; empty if there is none. */
    public static Optional<Path> home() {
        if (!Files.isDirectory(INSTALLATIONS)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(INSTALLATIONS)) {
            return StreamSupport.stream(homes.spliterator(), false)
                    .filter(home -> Files.isExecutable(home.resolve("bin/java")) && version(home) >= OLDEST)
                    .max(Comparator.comparingInt(NewerJava::version));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns the version in the file {@code release}; 0 if it is unknown. */
    private static int version(Path home) {
        var release = new Properties();
        try (var reader = Files.newBufferedReader(home.resolve("release"))) {
            release.load(reader);
            return Runtime.Version.parse(release.getProperty("JAVA_VERSION").replace("\"", "")).feature();
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }
}
