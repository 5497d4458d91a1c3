package io.apexproxy.runtime.plugin;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The class path of the tests as a module path. */
final class ModulePath {

    /** Contains packages of the JDK, so it cannot be a module. */
    private static final String STRESS_TESTS = "jcstress-core";

    private ModulePath() {
    }

    /** Returns the jars and directories that can be modules, in the order of the class path. */
    static List<Path> ofTests() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
                .filter(Files::exists).filter(path -> !path.getFileName().toString().startsWith(STRESS_TESTS)).toList();
    }
}
