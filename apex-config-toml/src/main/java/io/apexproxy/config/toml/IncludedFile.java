package io.apexproxy.config.toml;

import io.apexproxy.api.Origin;

/**
 * A file that another file includes.
 *
 * @param file the file
 * @param pattern the origin of its path, or of the first pattern that matches it
 * @param isMatched whether a pattern with a wildcard matches it
 */
record IncludedFile(TomlFile file, Origin pattern, boolean isMatched) {
}
