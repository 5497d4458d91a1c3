package io.apexproxy.config.etcd;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigTree;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configuration source for one etcd cluster. */
final class EtcdSource implements ConfigSource {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdSource.class);

    /** Less than the 10 s after which the runtime interrupts a load, so that the message describes the problem. */
    private static final Duration LOAD_TIMEOUT = Duration.ofSeconds(8);

    /** The second round succeeds if the cluster elected a leader during the first. */
    private static final int ROUNDS = 2;

    private final EtcdSettings settings;
    private final Http http;
    private final EtcdClient client;
    private final LastRead lastRead;
    private final Optional<SnapshotFile> cache;
    private Optional<EtcdWatch> watch = Optional.empty();

    EtcdSource(EtcdSettings settings, Http http) {
        this.settings = settings;
        this.http = http;
        this.client = new EtcdClient(settings, http);
        this.lastRead = new LastRead(new Documents(settings.prefix()));
        this.cache = settings.cacheFile().map(path -> new SnapshotFile(path, settings.prefix(), settings.maxBytes()));
    }

    @Override
    public ConfigTree.Table load() {
        long deadline = System.nanoTime() + LOAD_TIMEOUT.toNanos();
        Set<String> failures = new LinkedHashSet<>();
        for (int attempt = 0; attempt < ROUNDS * settings.endpoints().size(); attempt++) {
            if (System.nanoTime() - deadline > 0) {
                break;
            }
            try {
                return lastRead.load(() -> client.readSnapshot(timeout(deadline))).result().orThrow();
            } catch (UnavailableException e) {
                failures.add(e.getMessage());
                client.selectNextEndpoint();
            }
        }
        return fromCache("etcd is unavailable: " + String.join("; ", failures));
    }

    private Duration timeout(long deadline) {
        Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        return left.compareTo(settings.timeout()) < 0 ? left : settings.timeout();
    }

    /** Starts from the cache file. Later loads do not use it, because the current configuration is newer. */
    private ConfigTree.Table fromCache(String failure) {
        if (cache.isEmpty() || !lastRead.isEmpty()) {
            throw problem(failure + ": check the endpoints"
                    + (cache.isEmpty() ? "; with cache_file set, Apex starts without etcd" : ""));
        }
        SnapshotFile file = cache.get();
        try {
            LastRead.Read loaded = lastRead.load(file::read);
            ConfigTree.Table tree = loaded.result().orThrow();
            LOG.warn("{}; starting from revision {} in {}, written at {}; retrying until etcd responds",
                    failure, loaded.snapshot().revision(), file.path(), file.time());
            return tree;
        } catch (IOException e) {
            throw problem(failure + ": check the endpoints; cache_file " + file.path()
                    + (e instanceof NoSuchFileException ? " does not exist yet"
                            : " cannot be used (" + e.getMessage() + ")"));
        }
    }

    private ConfigException problem(String message) {
        return new ConfigException(settings.origin(), "config_source: " + message);
    }

    @Override
    public void watch(Observer observer) {
        if (watch.isPresent()) {
            throw new IllegalStateException("etcd is watched already");
        }
        EtcdWatch started = new EtcdWatch(settings, new EtcdClient(settings, http), lastRead, cache, observer);
        watch = Optional.of(started);
        started.start();
    }

    @Override
    public void close() {
        watch.ifPresent(EtcdWatch::stop);
        http.close();
        watch.ifPresent(EtcdWatch::awaitEnd);
    }
}
