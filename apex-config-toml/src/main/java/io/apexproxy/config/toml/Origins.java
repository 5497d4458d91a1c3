package io.apexproxy.config.toml;

import io.apexproxy.api.Origin;

/**
 * Conversion of the parser's positions to origins.
 *
 * @param source the name of the document in messages
 * @param skipped the number of columns at the start of the first line that are not part of the document
 */
record Origins(String source, int skipped) {

    Origin whole() {
        return Origin.of(source);
    }

    Origin line(int line) {
        return new Origin(source, line, 0);
    }

    Origin at(int line, int column) {
        return new Origin(source, line, line == 1 ? Math.max(1, column - skipped) : column);
    }
}
