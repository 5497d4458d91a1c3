package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.config.ConfigTree;
import java.util.Comparator;
import java.util.List;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseOptions;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlVersion;

/** From text to a tree, or to everything that is wrong with the text. */
final class TomlParser {

    /** TOML 1.1 lets an inline table span lines and end with a comma, as lists of backends like to do. */
    private static final TomlParseOptions OPTIONS =
            TomlParseOptions.defaults().withVersion(TomlVersion.V1_1_0).withoutSource();

    /** Twenty parses of such a text take about as long as one of the largest; longer ones are not searched. */
    private static final int LONGEST_SEARCHED = 256 << 10;

    private static final Comparator<TomlParseError> AS_WRITTEN = Comparator
            .comparingInt((TomlParseError error) -> error.position().line())
            .thenComparingInt(error -> error.position().column());

    private final Places places;

    TomlParser(Places places) {
        this.places = places;
    }

    /**
     * Parses.
     *
     * @throws ConfigException with all syntax errors, from top to bottom
     */
    ConfigTree.Table parse(String text) {
        TomlParseResult result;
        try {
            result = Toml.parse(text, OPTIONS);
        } catch (RuntimeException e) {
            throw text.length() <= LONGEST_SEARCHED ? new ConfigException(problemsUntil(longestParsable(text), text))
                    : new ConfigException(places.whole(), "no valid TOML: check the brackets and braces");
        }
        if (result.hasErrors()) {
            throw new ConfigException(problems(result.errors(), text));
        }
        return new TreeBuilder(places, new SourceText(text)).root(result);
    }

    /**
     * Returns the beginning of a text that makes the parser itself fail, and lose all that it has found: tomlj 2.2.0
     * does so when an inline table that has a comma is closed by a bracket, and another table follows. What it says of
     * the beginning leads the user to the place.
     */
    private static String longestParsable(String text) {
        int good = 0;
        int bad = text.length();
        while (bad - good > 1) {
            int middle = (good + bad) >>> 1;
            if (isParsable(text.substring(0, middle))) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        return text.substring(0, good);
    }

    private static boolean isParsable(String text) {
        try {
            Toml.parse(text, OPTIONS);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private List<ConfigProblem> problemsUntil(String beginning, String text) {
        List<ConfigProblem> problems = problems(Toml.parse(beginning, OPTIONS).errors(), text);
        if (!problems.isEmpty()) {
            return problems;
        }
        int line = 1 + (int) beginning.chars().filter(character -> character == '\n').count();
        return List.of(new ConfigProblem(places.line(line), "no valid TOML from here on: check the brackets"));
    }

    private List<ConfigProblem> problems(List<TomlParseError> errors, String text) {
        SecretLines secrets = SecretLines.of(text);
        return errors.stream().sorted(AS_WRITTEN).map(error -> new ConfigProblem(
                places.at(error.position().line(), error.position().column()),
                secrets.contains(error.position().line()) ? SyntaxMessage.withoutText(error.getMessage())
                        : SyntaxMessage.inPlainWords(error.getMessage()))).toList();
    }
}
