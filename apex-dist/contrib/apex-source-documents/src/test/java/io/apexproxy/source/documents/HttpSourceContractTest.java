package io.apexproxy.source.documents;

import io.apexproxy.api.source.BackendSourceProvider;
import io.apexproxy.api.testkit.BackendSourceContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;

class HttpSourceContractTest extends BackendSourceContract {

    private final DocumentServer server = new DocumentServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected BackendSourceProvider provider() {
        return new HttpSourceProvider();
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of("url", server.url(), "timeout", Duration.ofSeconds(5), "max_bytes", 1L << 20);
    }

    @Override
    protected void publish(Path directory, List<String> addresses) {
        server.answer(
                addresses.stream().map(address -> '"' + address + '"').collect(Collectors.joining(",", "[", "]")));
    }

    @Override
    protected void spoil(Path directory) {
        server.answer("502 Bad Gateway", new byte[0]);
    }
}
