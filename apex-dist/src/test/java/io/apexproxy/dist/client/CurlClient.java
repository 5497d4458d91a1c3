package io.apexproxy.dist.client;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The HTTP client curl, without the settings of the user. An HTTP error fails the test. */
public final class CurlClient {

    private final Program curl = Program.named("curl", "curl");
    private final Path directory;

    /**
     * The answer to a request.
     *
     * @param body the text of the server, one line
     * @param client the address of the client
     */
    public record Answer(String body, String client) {
    }

    /** Creates a client with a working directory. Skips the test if curl is not installed. */
    public CurlClient(Path directory) {
        this.directory = directory;
    }

    /** Sends requests and returns what curl prints. */
    public String run(String... options) {
        return curl.run(directory, Stream.concat(Stream.of("--disable", "--silent", "--show-error", "--fail"),
                Stream.of(options)).toArray(String[]::new));
    }

    /** Sends a request for a body of one line. */
    public Answer fetch(String... options) {
        List<String> lines = run(Stream.concat(Stream.of("--write-out", "\n%{local_ip}:%{local_port}"),
                Stream.of(options)).toArray(String[]::new)).lines().toList();
        return new Answer(lines.get(0), lines.get(1));
    }
}
