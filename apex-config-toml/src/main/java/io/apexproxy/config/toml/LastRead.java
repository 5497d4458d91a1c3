package io.apexproxy.config.toml;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.time.Duration;
import java.util.Optional;

/**
 * The last result of reading the files that the runtime received, for comparison with the current files.
 *
 * <p>Thread-safe. The lock is held during a read, so that an older result never replaces a newer one. It is not held
 * during a call of the observer, because an observer can wait for a thread that loads.
 */
final class LastRead {

    /** The time after which a missing or empty file is reported; a replacement by an editor takes less. */
    private static final Duration MAX_REPLACEMENT_TIME = Duration.ofSeconds(1);

    /** The same for an included file. Its removal is a change like others, which are reported within 1 s. */
    private static final Duration MAX_INCLUDED_REPLACEMENT_TIME = Duration.ofMillis(300);

    @GuardedBy("this")
    private final ConfigFiles files;
    @GuardedBy("this")
    private ReadResult result;
    @GuardedBy("this")
    private Optional<ConfigProblem> accessProblem = Optional.empty();

    LastRead(ConfigFiles files) {
        this.files = files;
        String unread = "not read yet";
        this.result = new ReadResult.Failed(unread, new ConfigException(Origin.of(files.name()), unread));
    }

    /** Reads the files at the request of the runtime. */
    synchronized ConfigTree.Table load() {
        result = files.parse(files.read());
        if (result instanceof ReadResult.Failed failed) {
            throw failed.problem();
        }
        return ((ReadResult.Parsed) result).tree();
    }

    /** Returns whether the content of the files differs from the last result. */
    synchronized boolean isOutdated() {
        return !read().equals(result.content());
    }

    /** Returns why the last comparison could not read the content, which then counts as unchanged. */
    synchronized Optional<ConfigProblem> accessProblem() {
        return accessProblem;
    }

    @GuardedBy("this")
    private Object read() {
        ConfigContent content = files.read();
        accessProblem = content.unknown();
        return accessProblem.isPresent() ? result.content() : content;
    }

    /**
     * Returns how long to wait before the current content is reported, because a missing or empty file can be a step of
     * its replacement; zero if no file is.
     */
    synchronized Duration replacementTime() {
        return replacementTime(read());
    }

    @GuardedBy("this")
    private Duration replacementTime(Object read) {
        if (!(read instanceof ConfigContent content) || content.equals(result.content())) {
            return Duration.ZERO;
        }
        if (content.main().isMissing() || content.main().isEmpty()) {
            return MAX_REPLACEMENT_TIME;
        }
        return result.content() instanceof ConfigContent before && content.lacksPartOf(before)
                ? MAX_INCLUDED_REPLACEMENT_TIME : Duration.ZERO;
    }

    /**
     * Reads and parses the files if their content changed.
     *
     * @param acceptMissingOrEmpty whether to report missing and empty files; if not, the content counts as unchanged as
     *     long as there is a {@link #replacementTime()}
     * @return the result, unless it has the same values as before. A valid content after a problem is always reported
     */
    synchronized Optional<ReadResult> readIfChanged(boolean acceptMissingOrEmpty) {
        Object read = read();
        if (!(read instanceof ConfigContent content) || content.equals(result.content())
                || (!acceptMissingOrEmpty && !replacementTime(content).isZero())) {
            return Optional.empty();
        }
        ReadResult before = result;
        result = files.parse(content);
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
