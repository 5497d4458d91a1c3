package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.admin.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The status page, which polls {@code /status}. Its style and its scripts are separate resources. The page contains
 * them, so that a browser needs one request and the page no other source of scripts.
 */
final class StatusPage {

    private static final String FILE = "status.html";
    private static final String STYLE = "status.css";
    /** In this order; later ones use earlier ones. */
    private static final List<String> SCRIPTS = List.of("dom.js", "format.js", "curve.js", "view.js", "table.js",
            "columns.js", "sections.js", "poll.js");
    private static final Response RESPONSE = create();

    private StatusPage() {
    }

    static Response response() {
        return RESPONSE;
    }

    private static Response create() {
        String page = insert(insert(read(FILE), "style", read(STYLE)), "script",
                SCRIPTS.stream().map(StatusPage::read).collect(Collectors.joining("\n")));
        return Response.of(Response.OK, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8))
                .with("Content-Security-Policy", policy(page))
                .with("Referrer-Policy", "no-referrer");
    }

    private static String read(String file) {
        try (InputStream bytes = Objects.requireNonNull(StatusPage.class.getResourceAsStream("page/" + file), file)) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Inserts the content of an element that is empty. */
    private static String insert(String page, String element, String content) {
        return page.replace("<" + element + "></" + element + ">",
                "<" + element + ">\n" + content + "</" + element + ">");
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
