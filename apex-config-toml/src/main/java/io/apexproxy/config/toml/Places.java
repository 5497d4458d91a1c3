package io.apexproxy.config.toml;

import io.apexproxy.api.Origin;

/**
 * Makes origins from positions of the parser.
 *
 * @param source the name of the file or key, as the user knows it
 * @param skipped columns of the first line that the user has not written
 */
record Places(String source, int skipped) {

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
