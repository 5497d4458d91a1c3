package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The value of {@code include}: the paths and patterns of files that belong to the configuration file. */
final class Includes {

    /** The key in the root table. */
    static final String KEY = "include";

    /** The maximum number of included files. The attributes of each are read three times a second. */
    static final int MAX_FILES = 1_000;

    /** A larger number is probably generated; a wildcard says the same. */
    static final int MAX_PATTERNS = 1_000;

    /** No included files. */
    static final Includes NONE = new Includes(List.of());

    private final List<IncludePattern> patterns;

    private Includes(List<IncludePattern> patterns) {
        this.patterns = patterns;
    }

    /**
     * Reads the key of a file.
     *
     * @param tree the content of the file
     * @param main the file
     * @throws ConfigException with all mistakes in the value
     */
    static Includes of(ConfigTree.Table tree, TomlFile main) {
        ConfigTree.Member member = tree.members().get(KEY);
        if (member == null) {
            return NONE;
        }
        if (!(member.value() instanceof ConfigTree.Array array)) {
            throw problem(member.value().origin(), KEY, "expected an array of paths such as [\"conf.d/*.toml\"]");
        }
        if (array.elements().size() > MAX_PATTERNS) {
            throw problem(array.origin(), KEY, "expected at most " + MAX_PATTERNS + " paths, found "
                    + array.elements().size() + ": write a pattern");
        }
        List<IncludePattern> patterns = new ArrayList<>();
        List<ConfigProblem> problems = new ArrayList<>();
        for (int i = 0; i < array.elements().size(); i++) {
            try {
                patterns.add(pattern(KEY + "[" + i + "]", array.elements().get(i), main));
            } catch (ConfigException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new Includes(List.copyOf(patterns));
    }

    private static IncludePattern pattern(String name, ConfigTree element, TomlFile main) {
        if (element instanceof ConfigTree.Scalar scalar && scalar.value() instanceof String text) {
            return new IncludePattern(name, element.origin(), text, main);
        }
        throw problem(element.origin(), name, "expected the path of a file such as \"conf.d/*.toml\"");
    }

    private static ConfigException problem(Origin origin, String key, String message) {
        return new ConfigException(origin, key + ": " + message);
    }

    boolean isEmpty() {
        return patterns.isEmpty();
    }

    /** Returns the paths whose attributes change when there are other files. */
    List<Path> watched() {
        return patterns.stream().map(IncludePattern::watched).toList();
    }

    /**
     * Finds the files, in the order in which they are merged. Each is found once, and the configuration file itself
     * never.
     *
     * @param main the file that includes
     * @param problems collects the problems of finding them
     */
    List<IncludedFile> files(TomlFile main, List<ConfigProblem> problems) {
        Set<Path> known = new HashSet<>(Set.of(main.path().normalize()));
        List<IncludedFile> files = new ArrayList<>();
        for (IncludePattern pattern : patterns) {
            try {
                for (TomlFile file : pattern.files()) {
                    if (known.add(file.path().normalize())) {
                        files.add(new IncludedFile(file, pattern.origin(), pattern.hasWildcard()));
                    }
                }
                if (files.size() > MAX_FILES) {
                    throw pattern.problem("expected at most " + MAX_FILES + " included files, found more:"
                            + " combine files, or correct the pattern");
                }
            } catch (ConfigException e) {
                problems.addAll(e.problems());
            }
            if (files.size() > MAX_FILES) {
                return List.of();
            }
        }
        return files;
    }
}
