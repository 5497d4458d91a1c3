package io.apexproxy.test;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Programs of the machine that tests can use. */
public final class Programs {

    private Programs() {
    }

    /** Returns whether all programs are on the {@code PATH}. */
    public static boolean areInstalled(String... programs) {
        return Stream.of(programs).allMatch(Programs::isInstalled);
    }

    /** Returns whether a program is on the {@code PATH}. */
    public static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
