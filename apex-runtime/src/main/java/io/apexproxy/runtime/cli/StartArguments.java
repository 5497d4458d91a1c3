package io.apexproxy.runtime.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the usual command lines of {@code apex run} without picocli.
 *
 * <p>picocli is compiled for Java 5. Its classes cannot be part of an ahead-of-time cache, and they took half of the
 * time of a start. Everything else, such as a mistake or {@code --help}, is left to picocli. A test compares the
 * results of both.
 */
final class StartArguments {

    private static final String CONFIG = "--config";
    private static final String PLUGINS = "--plugins-dir";
    private static final String TAKEOVER = "--takeover";
    private static final String DEMO = "--demo";
    private static final String VERBOSE = "--verbose";
    private static final Set<String> FLAGS = Set.of(DEMO, VERBOSE);
    private static final Set<String> OPTIONS = Set.of(CONFIG, PLUGINS, Arguments.LISTEN, Arguments.BACKEND, TAKEOVER);

    private StartArguments() {
    }

    /** Returns the arguments of {@code run}; empty if picocli has to read them. */
    static Optional<Arguments> read(String... words) {
        Map<String, List<String>> values = new HashMap<>();
        int next = words.length > 0 && words[0].equals("run") ? 1 : 0;
        while (next < words.length) {
            String word = words[next++].equals("-c") ? CONFIG : words[next - 1];
            int equals = word.indexOf('=');
            String option = equals < 0 ? word : word.substring(0, equals);
            String value = "";
            if (OPTIONS.contains(option)) {
                if (equals >= 0) {
                    value = word.substring(equals + 1);
                } else if (next < words.length) {
                    value = words[next++];
                }
                if (value.isEmpty() || value.startsWith("-")) {
                    return Optional.empty();
                }
            } else if (!FLAGS.contains(word)) {
                return Optional.empty();
            }
            List<String> all = values.computeIfAbsent(option, any -> new ArrayList<>());
            all.add(value);
            if (all.size() > 1 && !option.equals(Arguments.BACKEND)) {
                return Optional.empty();
            }
        }
        return arguments(values);
    }

    private static Optional<Arguments> arguments(Map<String, List<String>> values) {
        try {
            return Optional.of(new Arguments(
                    value(values, CONFIG).map(Path::of),
                    value(values, PLUGINS).map(Path::of),
                    value(values, Arguments.LISTEN),
                    values.getOrDefault(Arguments.BACKEND, List.of()),
                    values.containsKey(DEMO),
                    value(values, TAKEOVER),
                    values.containsKey(VERBOSE)));
        } catch (InvalidPathException e) { // picocli explains it
            return Optional.empty();
        }
    }

    private static Optional<String> value(Map<String, List<String>> values, String option) {
        return values.getOrDefault(option, List.of()).stream().findFirst();
    }
}
