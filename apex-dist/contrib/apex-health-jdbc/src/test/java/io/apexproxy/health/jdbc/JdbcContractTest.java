package io.apexproxy.health.jdbc;

import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.testkit.FakeServer;
import io.apexproxy.api.testkit.HealthCheckContract;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

class JdbcContractTest extends HealthCheckContract {

    @Override
    protected HealthCheckProvider provider() {
        return new JdbcProvider(() -> new Drivers(List.of(new FakeDriver(SocketDriver::connect)), List.of()));
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of("url", "jdbc:fake://{host}:{port}/db", "query", "select true", "expect", true, "user", "apex",
                "properties", Map.of("ssl", "off"));
    }

    @Override
    protected FakeServer.Script healthyServer() {
        return connection -> {
            var lines = new BufferedReader(
                    new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
            if ("select true".equals(lines.readLine())) {
                FakeServer.write(connection, "true\n");
            }
            FakeServer.readToEnd(connection);
        };
    }
}
