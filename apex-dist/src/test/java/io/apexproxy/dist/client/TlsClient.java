package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The TLS client of OpenSSL. It sends an HTTP request, because a server of TLS 1.3 sends session tickets late. */
public final class TlsClient {

    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: apex\r\nConnection: close\r\n\r\n";
    /** The separator and the order of the fields depend on the version of OpenSSL. */
    private static final Pattern ORGANIZATION = Pattern.compile("subject=O ?= ?([^,\n]*)");

    private final Program openssl;
    private final Path directory;
    private final Path request;

    /**
     * The output of a connection.
     *
     * @param output all lines, with the certificate of the server, the version of TLS and the HTTP answer
     * @param client the address of the client
     */
    public record Answer(String output, String client) {

        /** Returns the organization in the certificate of the server. */
        public String organization() {
            Matcher found = ORGANIZATION.matcher(output);
            assertThat(found.find()).as(output).isTrue();
            return found.group(1);
        }
    }

    /** Creates a client with a working directory. */
    public TlsClient(Program openssl, Path directory) {
        try {
            this.openssl = openssl;
            this.directory = directory;
            this.request = Files.writeString(directory.resolve("request"), REQUEST);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the file with the request. */
    public Path request() {
        return request;
    }

    /** Connects to a port of 127.0.0.1 and waits until the server closes. Requires a complete handshake. */
    public Answer connect(int port, String... options) {
        return connectFrom("127.0.0.1", port, options);
    }

    /** Connects from an address of this machine. */
    public Answer connectFrom(String address, int port, String... options) {
        Answer answer = tryToConnect(address, port, options);
        assertThat(answer.output()).contains("Cipher is ").doesNotContain("Cipher is (NONE)");
        return answer;
    }

    /** Connects from an address of this machine; the server can refuse the connection. */
    public Answer tryToConnect(String address, int port, String... options) {
        String client = address + ":" + FreePorts.next();
        Program.Result result = openssl.tryToRun(directory, Redirect.from(request.toFile()),
                Stream.concat(Stream.of("s_client", "-connect", "127.0.0.1:" + port, "-bind", client, "-ign_eof"),
                        Stream.of(options)).toArray(String[]::new));
        return new Answer(result.output(), client);
    }
}
