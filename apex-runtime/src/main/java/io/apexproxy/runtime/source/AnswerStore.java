package io.apexproxy.runtime.source;

import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.FailureText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the answers of the source of one pool, if there is a directory for them. A file that cannot be read or written
 * is logged and has no other effect.
 */
final class AnswerStore {

    private static final Logger LOG = LoggerFactory.getLogger("apex.source");

    private final String pool;
    private final Optional<AnswerFile> file;

    AnswerStore(Optional<Path> directory, String pool) {
        this.pool = pool;
        this.file = directory.map(parent -> new AnswerFile(parent, pool));
    }

    /** Returns the backends that an earlier process has stored; empty if there are none. Blocks for a local file. */
    List<BackendConfig> restore(ProviderConfig source) {
        if (file.isEmpty()) {
            return List.of();
        }
        try {
            List<BackendConfig> backends = file.get().read(source);
            if (!backends.isEmpty()) {
                LOG.info("pools.{}: using {} of the last answer of {}, stored in {}, until the next one", pool,
                        SourceLog.count(backends), source.provider(), path(file.get()));
            }
            return backends;
        } catch (IOException e) {
            LOG.warn("pools.{}: stored backends in {} cannot be used: {}", pool, path(file.get()),
                    FailureText.oneLine(e));
            return List.of();
        }
    }

    /** Stores backends on a thread of an executor, which may block. */
    void store(ProviderConfig source, List<BackendConfig> backends, Executor executor) {
        if (file.isEmpty()) {
            return;
        }
        try {
            executor.execute(() -> write(file.get(), source, backends));
        } catch (RejectedExecutionException e) {
            LOG.debug("Backends not stored after the source was closed", e);
        }
    }

    private void write(AnswerFile stored, ProviderConfig source, List<BackendConfig> backends) {
        try {
            stored.store(source, backends);
        } catch (IOException e) {
            LOG.warn("pools.{}: the found backends cannot be stored in {}: {}; a restart without an answer of {} has no"
                    + " backends", pool, path(stored), FailureText.oneLine(e), source.provider());
        }
    }

    private static String path(AnswerFile stored) {
        return CleanText.piece(stored.path().toString());
    }
}
