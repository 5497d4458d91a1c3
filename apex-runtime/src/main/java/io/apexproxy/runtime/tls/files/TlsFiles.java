package io.apexproxy.runtime.tls.files;

import io.apexproxy.runtime.certificate.ServerCertificate;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.protocol.tls.ServerNamePattern;
import io.apexproxy.runtime.tls.TlsProvider;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of TLS that are in use. A thread of its own watches them from the first {@link #commit}, because a network
 * file system can block it. One thread at a time calls {@link #prepare} and {@link #commit}; any thread calls the other
 * methods.
 */
public final class TlsFiles implements AutoCloseable {

    /** A change is in use within 1 s. A look takes one system call per file. */
    static final long PERIOD_MILLIS = 500;

    private static final Logger LOG = LoggerFactory.getLogger("apex.tls");

    private final Path directory;
    private final TlsProvider library;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean isWatching;
    private volatile PreparedTls running = PreparedTls.NONE;

    /**
     * Creates an object without files.
     *
     * @param directory the base of relative paths
     * @param library the TLS library of all contexts
     */
    public TlsFiles(Path directory, TlsProvider library) {
        this.directory = directory;
        this.library = library;
    }

    /**
     * Reads the files of a configuration that are not yet in use. Nothing changes for the running ones. Blocks.
     *
     * @param listeners the listeners of the configuration
     * @param pools its pools
     * @param problems receives a mistake for each file that cannot be used
     * @return the TLS of the configuration; incomplete if there are mistakes
     */
    public PreparedTls prepare(List<ListenerConfig> listeners, List<PoolConfig> pools, Problems problems) {
        return new Preparation(directory, library, running, problems).prepare(listeners, pools);
    }

    /** Logs the warnings of a configuration that is now in use, and watches its files instead of those before. */
    public void commit(PreparedTls prepared) {
        use(prepared);
        if (!isWatching && !prepared.uses().isEmpty()) {
            isWatching = true;
            Thread thread = new Thread(this::watch, "apex-tls-files");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Logs the warnings of a configuration that is now in use, without a watch. */
    void use(PreparedTls prepared) {
        prepared.warnings().forEach(warning -> LOG.warn("{}", warning));
        running = prepared;
    }

    private void watch() {
        try {
            while (!closed.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                look(Instant.now());
            }
        } catch (InterruptedException e) { // no code interrupts it
            Thread.currentThread().interrupt();
        }
    }

    /** Looks at all files once, and replaces the contexts of those that have changed. */
    void look(Instant now) {
        PreparedTls current = running;
        Set<WatchedFiles<?>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (FileUse use : current.uses()) {
            if (seen.add(use.files())) {
                look(use, now);
            }
        }
        // not only those that have changed: a configuration can be prepared during a change
        Stream.concat(current.listeners().values().stream(), current.pools().values().stream())
                .forEach(TlsFiles::refresh);
    }

    private static void look(FileUse use, Instant now) {
        try {
            FileLog.log(use, use.files().look(now));
            FileLog.logExpiry(use, now);
        } catch (RuntimeException | Error e) { // an exception would end the watch of all files
            LOG.error("{}: failed to look at the files; still watching", use.setting().key(), e);
        }
    }

    private static void refresh(Refreshable contexts) {
        try {
            contexts.refresh();
        } catch (RuntimeException e) {
            FileLog.logRejected(e);
        }
    }

    /** Returns the state of all certificates, in the order of the configuration. */
    public List<CertificateStatus> certificates() {
        Map<FileUse.Owner, Map<String, Integer>> labels = new HashMap<>();
        List<CertificateStatus> states = new ArrayList<>();
        for (FileUse use : running.uses()) {
            String label = use.label();
            int number = labels.computeIfAbsent(use.owner(), any -> new HashMap<>()).merge(label, 1, Integer::sum);
            states.add(new CertificateStatus(use.owner().isListener(), use.owner().name(),
                    number == 1 ? label : label + "#" + number, names(use), use.expiry(), use.files().problem()));
        }
        return List.copyOf(states);
    }

    private static List<String> names(FileUse use) {
        return use.files().content() instanceof ServerCertificate certificate
                ? certificate.names().stream().map(ServerNamePattern::text).toList() : List.of();
    }

    /** Ends the watch. A look that is in progress can still log. */
    @Override
    public void close() {
        closed.countDown();
    }
}
