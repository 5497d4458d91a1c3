package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigTree;

/** The result of reading and parsing the file once. */
sealed interface ReadResult {

    /** Returns the content of the file or the problem of reading it, for comparison with the next read. */
    Object content();

    /** The result for a valid file. */
    record Parsed(Object content, ConfigTree.Table tree) implements ReadResult {
    }

    /** The result for a file that cannot be read or parsed. */
    record Failed(Object content, ConfigException problem) implements ReadResult {
    }
}
