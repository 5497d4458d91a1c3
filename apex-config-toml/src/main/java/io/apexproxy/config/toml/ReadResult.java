package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigTree;

/** What one look at the file gave. */
sealed interface ReadResult {

    /** Returns what the next look is compared with: the content, or the problem that kept it from being read. */
    Object evidence();

    /** The file is well-formed. */
    record Parsed(Object evidence, ConfigTree.Table tree) implements ReadResult {
    }

    /** The file cannot be read or parsed. */
    record Failed(Object evidence, ConfigException problem) implements ReadResult {
    }
}
