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

/** etcd as a configuration source. */
final class EtcdSource implements ConfigSource {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdSource.class);

    /** Apex waits 10 s for a configuration; the message says more if we are first. */
    private static final Duration LOAD_PATIENCE = Duration.ofSeconds(8);

    /** A second round finds a cluster that was just electing its leader. */
    private static final int ROUNDS = 2;

    private final EtcdSettings settings;
    private final Http http;
    private final EtcdClient client;
    private final LastRead seen;
    private final Optional<SnapshotFile> cache;
    private Optional<Follower> follower = Optional.empty();

    EtcdSource(EtcdSettings settings, Http http) {
        this.settings = settings;
        this.http = http;
        this.client = new EtcdClient(settings, http);
        this.seen = new LastRead(new Documents(settings.prefix()));
        this.cache = settings.cacheFile().map(path -> new SnapshotFile(path, settings.prefix(), settings.maxBytes()));
    }

    @Override
    public ConfigTree.Table load() {
        long deadline = System.nanoTime() + LOAD_PATIENCE.toNanos();
        Set<String> failures = new LinkedHashSet<>();
        for (int attempt = 0; attempt < ROUNDS * settings.endpoints().size(); attempt++) {
            if (System.nanoTime() - deadline > 0) {
                break;
            }
            try {
                return seen.load(() -> client.snapshot(patience(deadline))).reading().orThrow();
            } catch (UnavailableException e) {
                failures.add(e.getMessage());
                client.moveOn();
            }
        }
        return fromCache("etcd gives no answer: " + String.join("; ", failures));
    }

    private Duration patience(long deadline) {
        Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        return left.compareTo(settings.patience()) < 0 ? left : settings.patience();
    }

    /** A start without etcd; later, what is in force is newer than any file. */
    private ConfigTree.Table fromCache(String failure) {
        if (cache.isEmpty() || !seen.isEmpty()) {
            throw problem(failure + ": check the endpoints"
                    + (cache.isEmpty() ? "; with cache_file set, Apex starts without etcd" : ""));
        }
        SnapshotFile file = cache.get();
        try {
            LastRead.Step loaded = seen.load(() -> read(file, failure));
            ConfigTree.Table tree = loaded.reading().orThrow();
            LOG.warn("{}; starting from revision {} that {} has from {}; etcd is asked again until it answers",
                    failure, loaded.snapshot().revision(), file.path(), file.time());
            return tree;
        } catch (UnavailableException | IOException e) {
            throw problem(e.getMessage());
        }
    }

    private static Snapshot read(SnapshotFile file, String failure) throws UnavailableException {
        try {
            return file.read();
        } catch (NoSuchFileException e) {
            throw new UnavailableException(failure + ": check the endpoints; cache_file " + file.path()
                    + " does not exist yet");
        } catch (IOException e) {
            throw new UnavailableException(failure + ": check the endpoints; cache_file " + file.path()
                    + " cannot be used ("
                    + e.getMessage() + ")");
        }
    }

    private ConfigException problem(String message) {
        return new ConfigException(settings.origin(), "config_source: " + message);
    }

    @Override
    public void watch(Observer observer) {
        if (follower.isPresent()) {
            throw new IllegalStateException("etcd is watched already");
        }
        Follower following = new Follower(settings, new EtcdClient(settings, http), seen, cache, observer);
        follower = Optional.of(following);
        following.start();
    }

    @Override
    public void close() {
        follower.ifPresent(Follower::stop);
        http.close();
        follower.ifPresent(Follower::awaitEnd);
    }
}
