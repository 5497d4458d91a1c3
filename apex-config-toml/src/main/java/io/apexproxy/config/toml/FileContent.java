package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigProblem;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The result of reading a file; equal to that of an earlier read if nothing changed. */
sealed interface FileContent {

    /** The bytes of a file, from the position of the buffer to its limit. */
    record Bytes(ByteBuffer bytes) implements FileContent {
    }

    /** The reason why a file could not be read. */
    record Failure(Kind kind, ConfigProblem problem) implements FileContent {
    }

    /** The kinds of failures. */
    enum Kind {
        MISSING,
        /** The content stays unknown: a pipe, or a timeout. */
        UNKNOWN,
        OTHER
    }

    default boolean isMissing() {
        return this instanceof Failure failure && failure.kind() == Kind.MISSING;
    }

    default boolean isEmpty() {
        return this instanceof Bytes content && !content.bytes().hasRemaining();
    }

    /** Returns the size in bytes; 0 without content. */
    default int size() {
        return this instanceof Bytes content ? content.bytes().remaining() : 0;
    }

    /** Returns the problem of a content that is unknown. */
    default Optional<ConfigProblem> unknown() {
        return this instanceof Failure failure && failure.kind() == Kind.UNKNOWN ? Optional.of(failure.problem())
                : Optional.empty();
    }
}
