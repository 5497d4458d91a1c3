package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
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

    private static final Comparator<TomlParseError> AS_WRITTEN = Comparator
            .comparingInt((TomlParseError error) -> error.position().line())
            .thenComparingInt(error -> error.position().column());

    private final String name;

    /** Creates a parser for a source that the user calls by this name. */
    TomlParser(String name) {
        this.name = name;
    }

    /**
     * Parses.
     *
     * @throws ConfigException with all syntax errors, from top to bottom
     */
    ConfigTree.Table parse(String text) {
        TomlParseResult result = Toml.parse(text, OPTIONS);
        if (result.hasErrors()) {
            throw new ConfigException(problems(result.errors()));
        }
        return new TreeBuilder(name, new SourceText(text)).root(result);
    }

    private List<ConfigProblem> problems(List<TomlParseError> errors) {
        return errors.stream().sorted(AS_WRITTEN).map(error -> new ConfigProblem(
                new Origin(name, error.position().line(), error.position().column()),
                SyntaxMessage.inPlainWords(error.getMessage()))).toList();
    }
}
