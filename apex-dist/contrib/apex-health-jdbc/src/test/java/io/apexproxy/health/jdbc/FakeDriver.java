package io.apexproxy.health.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;

/** A driver for URLs that begin with {@code jdbc:fake:}, whose connections the test makes. */
final class FakeDriver implements Driver {

    /** Makes a connection, or blocks, or fails. */
    @FunctionalInterface
    interface Connector {
        Connection connect(String url, Properties properties) throws SQLException;
    }

    private final Connector connector;

    FakeDriver(Connector connector) {
        this.connector = connector;
    }

    /** Creates a driver whose queries all have the same result. */
    static FakeDriver answering(FakeConnection.Answer answer) {
        return new FakeDriver((url, properties) -> new FakeConnection(answer).open());
    }

    @Override
    public Connection connect(String url, Properties properties) throws SQLException {
        return connector.connect(url, properties);
    }

    @Override
    public boolean acceptsURL(String url) throws SQLException {
        if (url.startsWith("jdbc:wrong:")) {
            throw new SQLException("cannot parse " + url);
        }
        return url.startsWith("jdbc:fake:");
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }
}
