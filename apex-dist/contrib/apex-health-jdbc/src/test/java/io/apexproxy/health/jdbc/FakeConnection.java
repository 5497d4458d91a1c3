package io.apexproxy.health.jdbc;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection with the methods that a probe calls. The interfaces of JDBC have several hundred others, which throw.
 */
final class FakeConnection {

    /** The result of a query. */
    @FunctionalInterface
    interface Answer {

        /** Returns the values of the first column, null for NULL; empty if the statement has no rows at all. */
        Optional<List<Object>> to(String sql) throws SQLException;
    }

    /** Closes what is beneath the connection. */
    @FunctionalInterface
    interface End {
        void run() throws SQLException;
    }

    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger aborted = new AtomicInteger();
    private final Answer answer;
    private final End onClose;
    private final End onAbort;

    FakeConnection(Answer answer) {
        this(answer, () -> {}, () -> {});
    }

    FakeConnection(Answer answer, End onClose, End onAbort) {
        this.answer = answer;
        this.onClose = onClose;
        this.onAbort = onAbort;
    }

    Connection open() {
        return of(Connection.class, Map.of(
                "createStatement", arguments -> statement(),
                "abort", arguments -> {
                    aborted.incrementAndGet();
                    onAbort.run();
                    return null;
                },
                "close", arguments -> {
                    closed.incrementAndGet();
                    onClose.run();
                    return null;
                }));
    }

    private Statement statement() {
        Rows rows = new Rows();
        return of(Statement.class, Map.of(
                "setMaxRows", arguments -> null,
                "execute", arguments -> rows.of(answer.to((String) arguments[0])),
                "getResultSet", arguments -> of(ResultSet.class, Map.of(
                        "next", none -> rows.next(),
                        "getObject", none -> rows.current,
                        "getString", none -> rows.current.toString(),
                        "close", none -> null)),
                "close", arguments -> null));
    }

    private static final class Rows {
        private Iterator<Object> values = List.of().iterator();
        private Object current;

        boolean of(Optional<List<Object>> column) {
            column.ifPresent(found -> values = found.iterator());
            return column.isPresent();
        }

        boolean next() {
            boolean hasNext = values.hasNext();
            current = hasNext ? values.next() : null;
            return hasNext;
        }
    }

    @FunctionalInterface
    private interface Method {
        Object call(Object... arguments) throws SQLException;
    }

    private static <T> T of(Class<T> type, Map<String, Method> methods) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                (proxy, method, arguments) -> {
                    Method implementation = methods.get(method.getName());
                    if (implementation == null) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return implementation.call(arguments);
                }));
    }
}
