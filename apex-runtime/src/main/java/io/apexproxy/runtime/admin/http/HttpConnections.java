package io.apexproxy.runtime.admin.http;

import io.apexproxy.runtime.admin.http.HttpConnection.State;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The open connections of the endpoint, by state and in the order in which they entered it. So the first of each state
 * is the first to expire, and the first to be closed for another one. Only the server's thread uses it.
 */
final class HttpConnections {

    /** Silent and slow clients first; a connection that waits for Apex itself is not closed for another one. */
    private static final List<State> DISPENSABLE = List.of(State.READING, State.LINGERING, State.WRITING);

    private final Map<State, Set<HttpConnection>> byState = new EnumMap<>(State.class);

    HttpConnections() {
        for (State state : State.values()) {
            byState.put(state, new LinkedHashSet<>());
        }
    }

    void enter(HttpConnection connection, State state, long nanoTime) {
        remove(connection);
        connection.enter(state, nanoTime);
        byState.get(state).add(connection);
    }

    boolean remove(HttpConnection connection) {
        return byState.get(connection.state()).remove(connection);
    }

    boolean contains(HttpConnection connection) {
        return byState.get(connection.state()).contains(connection);
    }

    int count() {
        return byState.values().stream().mapToInt(Set::size).sum();
    }

    int count(State state) {
        return byState.get(state).size();
    }

    /** Returns the connection that has been in this state longest. */
    Optional<HttpConnection> oldest(State state) {
        Iterator<HttpConnection> connections = byState.get(state).iterator();
        return connections.hasNext() ? Optional.of(connections.next()) : Optional.empty();
    }

    /** Returns the connection to close first if another one needs its place. */
    Optional<HttpConnection> mostDispensable() {
        return DISPENSABLE.stream().map(this::oldest).flatMap(Optional::stream).findFirst();
    }

    /** Returns a connection whose state has lasted too long. */
    Optional<HttpConnection> expired(long nanoTime) {
        return byState.keySet().stream().map(this::oldest).flatMap(Optional::stream)
                .filter(connection -> connection.nanosLeft(nanoTime) <= 0).findFirst();
    }

    /** Returns the time until the next connection expires; {@link Long#MAX_VALUE} if there is none. */
    long nanosToExpiry(long nanoTime) {
        return byState.keySet().stream().map(this::oldest).flatMap(Optional::stream)
                .mapToLong(connection -> connection.nanosLeft(nanoTime)).min().orElse(Long.MAX_VALUE);
    }

    List<HttpConnection> all() {
        return byState.values().stream().flatMap(Set::stream).toList();
    }
}
