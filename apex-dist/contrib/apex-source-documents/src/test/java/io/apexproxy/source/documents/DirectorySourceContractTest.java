package io.apexproxy.source.documents;

import io.apexproxy.api.source.BackendSourceProvider;
import io.apexproxy.api.testkit.BackendSourceContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

class DirectorySourceContractTest extends BackendSourceContract {

    @Override
    protected BackendSourceProvider provider() {
        return new DirectorySourceProvider();
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of("path", "backends.d", "max_bytes", 1L << 20);
    }

    @Override
    protected void publish(Path directory, List<String> addresses) throws IOException {
        Path files = Files.createDirectories(directory.resolve("backends.d"));
        Files.writeString(files.resolve("web.json"), addresses.stream().map(address -> '"' + address + '"')
                .collect(Collectors.joining(",", "[", "]")));
    }

    @Override
    protected void spoil(Path directory) throws IOException {
        Files.writeString(directory.resolve("backends.d/web.json"), "[");
    }
}
