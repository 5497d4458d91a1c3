package io.apexproxy.health.jdbc;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthResult;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * The statement of a probe and its expected result.
 *
 * @param sql the statement
 * @param expected the expected value as text; empty: the statement only has to succeed
 */
record Query(String sql, Optional<String> expected) {

    /** In characters; more than any state such as {@code PRIMARY}. */
    private static final int MAX_SHOWN = 60;

    /** Reads the settings {@code query} and {@code expect}. */
    static Query from(Settings settings) {
        String sql = settings.string("query");
        if (sql.isBlank()) {
            throw settings.invalid("query", "expected a statement such as \"select 1\"");
        }
        return new Query(sql, settings.has("expect") ? Optional.of(expected(settings)) : Optional.empty());
    }

    /** Reads a value of one of three types. A method without a fallback throws for another type and records nothing. */
    private static String expected(Settings settings) {
        try {
            return settings.string("expect");
        } catch (ConfigException noString) {
            try {
                return Long.toString(settings.integer("expect", Long.MIN_VALUE, Long.MAX_VALUE));
            } catch (ConfigException noNumber) { // the last type: its mistake is recorded
                return Boolean.toString(settings.bool("expect", true));
            }
        }
    }

    /** Executes the statement and compares the first column of the first row. */
    HealthResult run(Connection connection, Secrets secrets) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setMaxRows(1);
            boolean hasRows = statement.execute(sql);
            if (expected.isEmpty()) {
                return HealthResult.healthy();
            }
            String value = expected.get();
            if (!hasRows) {
                return mismatch(value, "no rows");
            }
            try (ResultSet rows = statement.getResultSet()) {
                if (!rows.next()) {
                    return mismatch(value, "no row");
                }
                Object found = column(rows);
                return isExpected(value, found) ? HealthResult.healthy()
                        : mismatch(value, found == null ? "null" : secrets.shown(found.toString(), MAX_SHOWN));
            }
        }
    }

    private static HealthResult mismatch(String expected, String found) {
        return HealthResult.unhealthy("expected " + expected + ", got " + found);
    }

    /** Returns a boolean, a number, a string or null. */
    private static Object column(ResultSet rows) throws SQLException {
        Object value = rows.getObject(1);
        return value == null || value instanceof Boolean || value instanceof Number ? value : rows.getString(1);
    }

    private static boolean isExpected(String expected, Object found) {
        if (found instanceof Number) {
            Optional<BigDecimal> number = decimal(found.toString()); // empty for NaN
            return number.isPresent() && decimal(expected).filter(value -> value.compareTo(number.get()) == 0)
                    .isPresent();
        }
        return found != null && expected.equals(found.toString());
    }

    /** Returns the number; that of a boolean is 0 or 1, because some databases have no booleans. */
    private static Optional<BigDecimal> decimal(String text) {
        try {
            return Optional.of(switch (text) {
                case "true" -> BigDecimal.ONE;
                case "false" -> BigDecimal.ZERO;
                default -> new BigDecimal(text);
            });
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
