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

/** Parser of TOML text that reports all syntax errors. */
final class TomlParser {

    /** TOML 1.1 allows inline tables with several lines and a trailing comma, which is useful for lists of backends. */
    private static final TomlParseOptions OPTIONS =
            TomlParseOptions.defaults().withVersion(TomlVersion.V1_1_0).withoutSource();

    /** In characters. A search parses the text about 20 times, so longer texts are not searched. */
    private static final int MAX_SEARCHED = 256 << 10;

    private static final Comparator<TomlParseError> BY_POSITION = Comparator
            .comparingInt((TomlParseError error) -> error.position().line())
            .thenComparingInt(error -> error.position().column());

    private final Origins origins;

    TomlParser(Origins origins) {
        this.origins = origins;
    }

    /**
     * Parses a text.
     *
     * @throws ConfigException if there are syntax errors, with all of them in order of position
     */
    ConfigTree.Table parse(String text) {
        TomlParseResult result;
        try {
            result = Toml.parse(text, OPTIONS);
        } catch (RuntimeException e) {
            throw text.length() <= MAX_SEARCHED ? new ConfigException(problemsUntil(longestParsable(text), text))
                    : new ConfigException(origins.whole(), "no valid TOML: check the brackets and braces");
        }
        if (result.hasErrors()) {
            throw new ConfigException(problems(result.errors(), text));
        }
        return new TreeBuilder(origins, new SourceText(text)).root(result);
    }

    /**
     * Returns the longest prefix of a text that the parser can process. tomlj 2.2.0 throws and loses all errors found
     * if a bracket closes an inline table that has a comma, and another table follows. The errors of the prefix show
     * the position of the mistake.
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

    private List<ConfigProblem> problemsUntil(String prefix, String text) {
        List<ConfigProblem> problems = problems(Toml.parse(prefix, OPTIONS).errors(), text);
        if (!problems.isEmpty()) {
            return problems;
        }
        int line = 1 + (int) prefix.chars().filter(character -> character == '\n').count();
        return List.of(new ConfigProblem(origins.line(line), "no valid TOML from here on: check the brackets"));
    }

    private List<ConfigProblem> problems(List<TomlParseError> errors, String text) {
        SecretLines secrets = SecretLines.of(text);
        return errors.stream().sorted(BY_POSITION).map(error -> new ConfigProblem(
                origins.at(error.position().line(), error.position().column()),
                SyntaxMessage.rewrite(error.getMessage(), secrets.contains(error.position().line())))).toList();
    }
}
