package io.apexproxy.config.toml;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.util.Optional;

/**
 * The last result of reading a file that the runtime received, for comparison with the current file.
 *
 * <p>Thread-safe. The lock is held during a read, so that an older result never replaces a newer one. It is not held
 * during a call of the observer, because an observer can wait for a thread that loads.
 */
final class LastRead {

    private final TomlFile file;
    @GuardedBy("this")
    private ReadResult result;
    @GuardedBy("this")
    private Optional<ConfigProblem> accessProblem = Optional.empty();

    LastRead(TomlFile file) {
        this.file = file;
        String unread = "not read yet";
        this.result = new ReadResult.Failed(unread, new ConfigException(Origin.of(file.name()), unread));
    }

    /** Reads the file at the request of the runtime. */
    synchronized ConfigTree.Table load() {
        result = file.parse(file.read());
        if (result instanceof ReadResult.Failed failed) {
            throw failed.problem();
        }
        return ((ReadResult.Parsed) result).tree();
    }

    /** Returns whether the content of the file differs from the last result. */
    synchronized boolean isOutdated() {
        return !read().equals(result.content());
    }

    /** Returns why the last comparison could not read the content, which then counts as unchanged. */
    synchronized Optional<ConfigProblem> accessProblem() {
        return accessProblem;
    }

    @GuardedBy("this")
    private Object read() {
        Object content = file.read();
        accessProblem = file.isUnknown(content) ? Optional.of((ConfigProblem) content) : Optional.empty();
        return accessProblem.isPresent() ? result.content() : content;
    }

    /**
     * Reads and parses the file if its content changed.
     *
     * @param acceptMissingOrEmpty whether to report a missing or empty file; if not, such a file counts as unchanged,
     *     because it can be a step of a replacement
     * @return the result, unless it has the same values as before. A valid file after a problem is always reported
     */
    synchronized Optional<ReadResult> readIfChanged(boolean acceptMissingOrEmpty) {
        Object content = read();
        if (content.equals(result.content()) || (!acceptMissingOrEmpty && file.isMissingOrEmpty(content))) {
            return Optional.empty();
        }
        ReadResult before = result;
        result = file.parse(content);
        boolean sameValues = before instanceof ReadResult.Parsed old
                && result instanceof ReadResult.Parsed now
                && old.tree().equals(now.tree());
        return sameValues ? Optional.empty() : Optional.of(result);
    }

    /**
     * Records the result that the observer has received. If a load ran in the meantime, the order in which the runtime
     * applied both results is unknown. The reported result then counts, so that the next comparison reports a newer
     * one.
     */
    synchronized void confirm(ReadResult reported) {
        result = reported;
    }
}
