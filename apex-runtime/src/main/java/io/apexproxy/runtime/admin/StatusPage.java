package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.admin.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;

/** The status page: a single file without dependencies, which polls {@code /status}. */
final class StatusPage {

    private static final String FILE = "status.html";
    private static final Response RESPONSE = read();

    private StatusPage() {
    }

    static Response response() {
        return RESPONSE;
    }

    private static Response read() {
        try (InputStream file = Objects.requireNonNull(StatusPage.class.getResourceAsStream(FILE), FILE)) {
            byte[] page = file.readAllBytes();
            return Response.of(Response.OK, "text/html; charset=utf-8", page)
                    .with("Content-Security-Policy", policy(new String(page, StandardCharsets.UTF_8)))
                    .with("Referrer-Policy", "no-referrer");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Allows the style and the script of the page by their hashes, and no other style or script. */
    private static String policy(String page) {
        return "default-src 'none'; style-src " + hash(page, "style") + "; script-src " + hash(page, "script")
                + "; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    private static String hash(String page, String element) {
        int start = page.indexOf("<" + element + ">") + element.length() + 2;
        String content = page.substring(start, page.indexOf("</" + element + ">", start));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
