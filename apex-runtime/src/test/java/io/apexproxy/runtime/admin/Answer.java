package io.apexproxy.runtime.admin;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The response of an HTTP server.
 *
 * @param status the HTTP status code
 * @param connection the closed connection, for the headers
 * @param body the body; empty if there is none
 */
record Answer(int status, HttpURLConnection connection, String body) {

    private static final int TIMEOUT_MILLIS = 30_000;

    static Answer to(String method, int port, String path) throws IOException {
        var connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestMethod(method);
        int status = connection.getResponseCode();
        try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            byte[] bytes = body == null ? new byte[0] : body.readAllBytes();
            return new Answer(status, connection, new String(bytes, StandardCharsets.UTF_8));
        }
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(connection.getHeaderField(name));
    }
}
