package io.apexproxy.source.docker;

import io.apexproxy.api.source.BackendSourceProvider;
import io.apexproxy.api.testkit.BackendSourceContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

class SocketContractTest extends BackendSourceContract {

    private Optional<StubDocker> docker = Optional.empty();

    @AfterEach
    void stop() {
        docker.ifPresent(StubDocker::close);
    }

    @Override
    protected BackendSourceProvider provider() {
        return new DockerProvider();
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of("endpoint", "unix://docker.sock", "labels", List.of("apex.pool=web"), "timeout",
                Duration.ofSeconds(5), "max_bytes", 1L << 20, "host", "127.0.0.1");
    }

    @Override
    protected void publish(Path directory, List<String> addresses) {
        if (docker.isEmpty()) {
            docker = Optional.of(StubDocker.onSocket(directory.resolve("docker.sock")));
        }
        docker.get().list(addresses.stream()
                .map(address -> StubDocker.container("web" + address.replace(':', '-'), address))
                .toArray(String[]::new));
    }

    @Override
    protected void spoil(Path directory) {
        docker.orElseThrow().list(StubDocker.Reply.of("500 Internal Server Error", "{\"message\": \"broken\"}"));
    }
}
