package io.apexproxy.runtime.pool;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One connection's search for a backend: each {@link #next} claims another one, until a connection is made or nobody is
 * left.
 *
 * <p>Used by one thread at a time; it never blocks.
 */
public final class BackendSearch {

    private final Pool pool;
    private final ConnectionInfo connection;
    private List<BackendState> tried = List.of();
    private int attempts;
    private boolean full;

    /**
     * Begins a search.
     *
     * @param pool where to look
     * @param connection whom it is for, as the load balancer is told
     */
    public BackendSearch(Pool pool, ConnectionInfo connection) {
        this.pool = pool;
        this.connection = connection;
    }

    /**
     * Picks a backend that was not tried before, and claims a connection of it, which the caller gives back with
     * {@link #release}.
     *
     * @return the backend; empty if there is none left, or enough were tried
     */
    public Optional<BackendState> next() {
        if (attempts >= pool.config().connectAttempts()) {
            return Optional.empty();
        }
        Optional<BackendState> picked;
        Rotation rotation;
        do { // who finds nobody may have looked at a rotation that was being replaced
            rotation = pool.rotation();
            picked = from(rotation);
        } while (picked.isEmpty() && rotation != pool.rotation());
        if (picked.isPresent()) {
            attempts++;
        }
        return picked;
    }

    private Optional<BackendState> from(Rotation rotation) {
        if (rotation.isEmpty()) {
            return Optional.empty();
        }
        Optional<BackendState> picked = pool.ask(rotation, connection).filter(backend -> claimed(rotation, backend));
        return picked.isPresent() ? picked : inTurn(rotation);
    }

    private Optional<BackendState> inTurn(Rotation rotation) {
        List<BackendState> pickable = rotation.pickable();
        int start = pool.nextTurn();
        for (int i = 0; i < pickable.size(); i++) {
            BackendState backend = pickable.get(Math.floorMod(start + i, pickable.size()));
            if (claimed(rotation, backend)) {
                return backend.found();
            }
        }
        return Optional.empty();
    }

    private boolean claimed(Rotation rotation, BackendState backend) {
        if (!rotation.admits(backend) || tried.contains(backend)) {
            return false;
        }
        boolean claimed = backend.claim();
        full |= !claimed;
        return claimed;
    }

    /** Gives back the connection that was claimed, because it could not be made: this backend is not picked again. */
    public void failed(BackendState backend) {
        release(backend);
        if (tried.isEmpty()) {
            tried = new ArrayList<>(2);
        }
        tried.add(backend);
    }

    /** Returns the backend to which a connection could not be made last; null if there is none. */
    public BackendState lastFailed() {
        return tried.isEmpty() ? null : tried.get(tried.size() - 1);
    }

    /** Gives back a connection that was claimed. */
    public static void release(BackendState backend) {
        backend.release();
    }

    /** Returns the pool that is searched. */
    public Pool pool() {
        return pool;
    }

    /** Returns the connection that the search is for. */
    public ConnectionInfo connection() {
        return connection;
    }

    /** How many backends were picked so far. */
    public int attempts() {
        return attempts;
    }

    /** Whether backends were passed over because they had all the connections they may have. */
    public boolean metFullBackends() {
        return full;
    }
}
