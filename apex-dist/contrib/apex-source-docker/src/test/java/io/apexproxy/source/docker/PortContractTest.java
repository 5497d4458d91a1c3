package io.apexproxy.source.docker;

import io.apexproxy.api.source.BackendSourceProvider;
import io.apexproxy.api.testkit.BackendSourceContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

class PortContractTest extends BackendSourceContract {

    private final StubDocker docker = StubDocker.onPort();

    @AfterEach
    void stop() {
        docker.close();
    }

    @Override
    protected BackendSourceProvider provider() {
        return new DockerProvider();
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of("endpoint", docker.endpoint(), "labels", List.of("apex.pool=web"), "network", "shop");
    }

    @Override
    protected void publish(Path directory, List<String> addresses) {
        docker.list(addresses.stream().map(PortContractTest::container).toArray(String[]::new));
    }

    private static String container(String address) {
        String[] parts = address.split(":");
        return "{\"Id\": \"" + address + "\", \"Labels\": {\"apex.port\": \"" + parts[1]
                + "\"}, \"NetworkSettings\": {\"Networks\": {\"shop\": {\"IPAddress\": \"" + parts[0] + "\"}}}}";
    }

    @Override
    protected void spoil(Path directory) {
        docker.list(new StubDocker.Reply("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[", false));
    }
}
