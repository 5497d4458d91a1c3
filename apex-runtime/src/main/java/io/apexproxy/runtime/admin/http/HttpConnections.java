package io.apexproxy.runtime.admin.http;

import io.apexproxy.runtime.admin.http.HttpConnection.State;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The open connections of the endpoint by state, in the order in which they entered it. The first connection of a state
 * expires first. Confined to the server's thread.
 *
 * <p>The methods use loops instead of streams. In a flood directly after the start no code is compiled, and an
 * interpreted stream takes longer than the system calls of a connection.
 */
final class HttpConnections {

    /** Silent and slow clients first. A connection that waits for the renderer is not closed at the limit. */
    private static final List<State> CLOSE_ORDER = List.of(State.READING, State.LINGERING, State.WRITING);
    private static final List<State> ALL = List.of(State.values());

    private final Map<State, Set<HttpConnection>> byState = new EnumMap<>(State.class);
    private int count;

    HttpConnections() {
        for (State state : ALL) {
            byState.put(state, new LinkedHashSet<>());
        }
    }

    void enter(HttpConnection connection, State state, long nanoTime) {
        remove(connection);
        connection.enter(state, nanoTime);
        byState.get(state).add(connection);
        count++;
    }

    boolean remove(HttpConnection connection) {
        boolean removed = byState.get(connection.state()).remove(connection);
        count -= removed ? 1 : 0;
        return removed;
    }

    boolean contains(HttpConnection connection) {
        return byState.get(connection.state()).contains(connection);
    }

    int count() {
        return count;
    }

    int count(State state) {
        return byState.get(state).size();
    }

    /** Returns the connection that has been in a state longest. */
    Optional<HttpConnection> oldest(State state) {
        Iterator<HttpConnection> connections = byState.get(state).iterator();
        return connections.hasNext() ? Optional.of(connections.next()) : Optional.empty();
    }

    /** Returns the connection to close first when a limit is reached. */
    Optional<HttpConnection> firstToClose() {
        for (State state : CLOSE_ORDER) {
            Optional<HttpConnection> oldest = oldest(state);
            if (oldest.isPresent()) {
                return oldest;
            }
        }
        return Optional.empty();
    }

    /** Returns a connection whose state has expired. */
    Optional<HttpConnection> expired(long nanoTime) {
        for (State state : ALL) {
            Optional<HttpConnection> oldest = oldest(state);
            if (oldest.isPresent() && oldest.get().nanosLeft(nanoTime) <= 0) {
                return oldest;
            }
        }
        return Optional.empty();
    }

    /** Returns the nanoseconds until the next connection expires; {@link Long#MAX_VALUE} if there is none. */
    long nanosToExpiry(long nanoTime) {
        long least = Long.MAX_VALUE;
        for (State state : ALL) {
            Optional<HttpConnection> oldest = oldest(state);
            if (oldest.isPresent()) {
                least = Math.min(least, oldest.get().nanosLeft(nanoTime));
            }
        }
        return least;
    }

    List<HttpConnection> all() {
        List<HttpConnection> all = new ArrayList<>(count);
        byState.values().forEach(all::addAll);
        return all;
    }
}
