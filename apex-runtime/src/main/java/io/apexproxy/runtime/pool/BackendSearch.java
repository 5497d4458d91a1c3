package io.apexproxy.runtime.pool;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.rotation.Rotation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The search of one connection for a backend. Each {@link #next} claims another backend, until a connect succeeds or no
 * backend is left.
 *
 * <p>Not thread-safe. Never blocks.
 */
public final class BackendSearch {

    private final Pool pool;
    private final ConnectionInfo connection;
    private List<BackendState> tried = List.of();
    private int attempts;
    private boolean skippedFull;
    /** Whether the current pick leaves out overloaded backends, and whether it has left out any. */
    private boolean avoidsOverloaded;
    private boolean skippedOverloaded;

    /** Begins a search of a pool. The load balancer receives the client connection. */
    public BackendSearch(Pool pool, ConnectionInfo connection) {
        this.pool = pool;
        this.connection = connection;
    }

    /**
     * Picks a backend that this search has not tried yet, and claims one of its connections. The caller releases the
     * claim with {@link #release}. Empty if no backend is left or the limit of attempts is reached.
     */
    @SuppressWarnings("ReferenceEquality") // a replaced rotation is another object
    public Optional<BackendState> next() {
        skippedFull = false;
        if (attempts >= pool.config().connectAttempts()) {
            return Optional.empty();
        }
        Optional<BackendState> picked;
        Rotation rotation;
        do { // an empty result can come from a rotation that was replaced meanwhile
            rotation = pool.rotation();
            picked = pickFrom(rotation);
        } while (picked.isEmpty() && rotation != pool.rotation());
        if (picked.isPresent()) {
            attempts++;
        } else if (attempts == 0) {
            pool.demandBackends();
        }
        return picked;
    }

    private Optional<BackendState> pickFrom(Rotation rotation) {
        skippedFull = false;
        if (rotation.isEmpty()) {
            return Optional.empty();
        }
        avoidsOverloaded = true;
        skippedOverloaded = false;
        Optional<BackendState> picked = pickFromTiers(rotation);
        if (picked.isEmpty() && skippedOverloaded) { // a slow connect is better than none
            avoidsOverloaded = false;
            picked = pickFromTiers(rotation);
        }
        return picked;
    }

    private Optional<BackendState> pickFromTiers(Rotation rotation) {
        Optional<BackendState> picked = pick(rotation).filter(backend -> claims(rotation, backend));
        if (picked.isEmpty()) {
            picked = pickRoundRobin(rotation, rotation.backends());
        }
        List<List<BackendState>> backups = rotation.backups();
        for (int tier = 0; picked.isEmpty() && tier < backups.size(); tier++) {
            picked = pickRoundRobin(rotation, backups.get(tier));
        }
        return picked;
    }

    private Optional<BackendState> pick(Rotation rotation) {
        Optional<BackendState> picked = pool.pick(rotation.picker(), connection);
        if (rotation.slowStart().isEmpty() || picked.isEmpty() || rotation.slowStart().get().admits(picked.get())) {
            return picked;
        }
        return pool.pick(rotation.slowStart().get().picker(), connection);
    }

    private Optional<BackendState> pickRoundRobin(Rotation rotation, List<BackendState> backends) {
        if (backends.isEmpty()) {
            return Optional.empty();
        }
        int start = pool.nextStart();
        for (int i = 0; i < backends.size(); i++) {
            BackendState backend = backends.get(Math.floorMod(start + i, backends.size()));
            if (claims(rotation, backend)) {
                return backend.asOptional();
            }
        }
        return Optional.empty();
    }

    private boolean claims(Rotation rotation, BackendState backend) {
        if (!rotation.admits(backend) || tried.contains(backend)) {
            return false;
        }
        if (avoidsOverloaded && backend.overload().isAssumed(pool.clock())) {
            skippedOverloaded = true;
            return false;
        }
        boolean claimed = backend.claim();
        skippedFull |= !claimed;
        return claimed;
    }

    /** Releases the claim after a failed connect, and excludes the backend from the rest of this search. */
    public void failed(BackendState backend) {
        release(pool, backend);
        if (tried.isEmpty()) {
            tried = new ArrayList<>(2);
        }
        tried.add(backend);
    }

    /** Returns the backend of the last failed connect; null if there is none. */
    public BackendState lastFailed() {
        return tried.isEmpty() ? null : tried.get(tried.size() - 1);
    }

    /** Releases a claimed connection of a backend, for which another connection can wait in the queue of the pool. */
    public static void release(Pool pool, BackendState backend) {
        backend.release();
        pool.queue().released();
    }

    /** Returns the searched pool. */
    public Pool pool() {
        return pool;
    }

    /** Returns the client connection. */
    public ConnectionInfo connection() {
        return connection;
    }

    /** Returns the number of backends that were picked so far. */
    public int attempts() {
        return attempts;
    }

    /** Returns whether the last {@link #next} skipped a backend that had reached its connection limit. */
    public boolean hasSkippedFullBackends() {
        return skippedFull;
    }

    /** Returns whether the connection has to wait behind others before its first {@link #next}. */
    public boolean isBehindOthers() {
        return !pool.queue().isEmpty() && pool.config().queue().isOn();
    }

    /** Returns whether the connection can wait for a full backend, after {@link #next} has found none. */
    public boolean canWait() {
        return skippedFull && pool.config().queue().isOn();
    }
}
