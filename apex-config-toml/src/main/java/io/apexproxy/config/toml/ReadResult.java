package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigTree;

/** The result of reading and parsing the configuration once. */
sealed interface ReadResult {

    /** Returns what was read, for comparison with the next read. */
    Object content();

    /** The result for a valid configuration. */
    record Parsed(Object content, ConfigTree.Table tree) implements ReadResult {
    }

    /** The result for a configuration that cannot be read or parsed. */
    record Failed(Object content, ConfigException problem) implements ReadResult {
    }
}
