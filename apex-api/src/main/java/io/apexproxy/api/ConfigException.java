package io.apexproxy.api;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A configuration that cannot be used, with everything that is wrong with it.
 *
 * <p>Plugins throw it from {@code create} and from {@code load}. On start the runtime prints the problems and exits; on
 * a reload it logs them and the previous configuration stays.
 *
 * @since 0.1
 */
public class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    /**
     * Creates an exception for all mistakes that were found.
     *
     * @param problems at least one, in the order in which they are to be read
     * @throws IllegalArgumentException if the list is empty
     */
    public ConfigException(List<ConfigProblem> problems) {
        super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("an exception needs a problem");
        }
        this.problems = List.copyOf(problems);
    }

    /**
     * Creates an exception for one mistake.
     *
     * @param origin where it is
     * @param message what is wrong, what was found, what was expected and what to do, in one line without the place
     */
    public ConfigException(Origin origin, String message) {
        this(List.of(new ConfigProblem(origin, message)));
    }

    /**
     * Returns everything that is wrong.
     *
     * @return an unmodifiable list, never empty
     */
    public List<ConfigProblem> problems() {
        return problems;
    }
}
