package io.apexproxy.runtime.admin;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What an HTTP server answered.
 *
 * @param status of HTTP
 * @param connection which has the headers, and is closed
 * @param body empty if there is none
 */
record Answer(int status, HttpURLConnection connection, String body) {

    private static final int PATIENCE_MILLIS = 30_000;

    static Answer to(String method, int port, String path) throws IOException {
        var connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        connection.setReadTimeout(PATIENCE_MILLIS);
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
