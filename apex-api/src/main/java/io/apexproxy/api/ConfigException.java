package io.apexproxy.api;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An invalid configuration, with all problems that were found.
 *
 * <p>Plugins throw this exception from {@code create} and {@code load}. At start the runtime prints the problems and
 * exits. On a reload it logs them and keeps the previous configuration.
 *
 * @since 0.1
 */
public class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    /**
     * Creates an exception for several problems.
     *
     * @param problems at least one problem, in the order in which the user reads them
     * @throws IllegalArgumentException if the list is empty
     */
    public ConfigException(List<ConfigProblem> problems) {
        super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("expected at least one problem");
        }
        this.problems = List.copyOf(problems);
    }

    /**
     * Creates an exception for one problem.
     *
     * @param origin the origin of the wrong value
     * @param message one line with what was expected, what was found and how to correct it, without the origin
     */
    public ConfigException(Origin origin, String message) {
        this(List.of(new ConfigProblem(origin, message)));
    }

    /**
     * Returns all problems.
     *
     * @return an unmodifiable list, never empty
     */
    public List<ConfigProblem> problems() {
        return problems;
    }
}
